-- ! data loss: drops table t
DROP TABLE "t";

-- ! data loss: drops table docs
DROP TABLE "docs";
