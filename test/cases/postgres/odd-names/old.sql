CREATE TABLE "Gäste" ("Key ""1""" integer PRIMARY KEY);
