CREATE TABLE keep (a);
