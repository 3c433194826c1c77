-- nlp training samples
-- revision: 20261123120000
-- parent: 20261102090000
-- proof: sqlite 3 · up, down, up · body c1:9e8e7b556ebb2475c7a7046244f1b6ed · models c1:10cc61e4e8f5f52a6038dca42a3dcebb · before f1:1c6ef1c95c6e0016400513d17455367d · after f1:dc1c7e456bb0224223dd8a8cb2908f75
-- touches: index nlp_training_samples_verified_idx f1:1babc549d5f275d0→-
-- touches: table nlp_training_samples f1:58017e8d7a539c82→-
-- by hand: sqlite3 -bail -cmd BEGIN DATABASE ".read 'migrations/20261123120000_nlp_training_samples.sqlite.down.sql'" COMMIT

-- ! data loss: drops table nlp_training_samples
DROP TABLE "nlp_training_samples";
