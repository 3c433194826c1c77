ALTER TABLE brewers DROP CONSTRAINT brewers_best_fkey;

ALTER TABLE cellar.ales DROP CONSTRAINT ales_like_this_fkey;

ALTER TABLE cellar.ales DROP CONSTRAINT ales_brewer_fkey;

-- ! data loss: drops table brewers with all its rows
DROP TABLE brewers;

-- ! data loss: drops table cellar.ales with all its rows
DROP TABLE cellar.ales;
