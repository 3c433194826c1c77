-- ! data loss: drops table docs
DROP TABLE "docs";

-- ! data loss: drops table t
DROP TABLE "t";
