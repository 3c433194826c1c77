DROP VIEW "b";

DROP VIEW "a";

-- ! data loss: drops table t
DROP TABLE "t";
