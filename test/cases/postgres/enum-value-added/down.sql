-- ! data loss: drops table guests with all its rows
DROP TABLE guests;

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('glad', 'odd');
