-- nlp training samples
-- revision: 20261123120000
-- parent: 20261102090000
-- proof: postgres 18 · up, down, up · body c1:e4fb2afd8881a7e6be441a0da28ddd7f · models c1:af243efd5b779287ccff0005739250b8 · before f1:9bb170addb0c900e4db7b8a6101bb811 · after f1:f5cd3cd9a4b8ef14aa2eb57a50455eec
-- touches: index nlp_training_samples_verified_idx f1:d257a3f0175bbaf5→-
-- touches: table nlp_training_samples f1:21341cf0120f6bff→-
-- by hand: psql -X -1 -v ON_ERROR_STOP=1 -f 'migrations/20261123120000_nlp_training_samples.postgres.down.sql' DATABASE

-- ! data loss: drops table nlp_training_samples with all its rows
DROP TABLE nlp_training_samples;
