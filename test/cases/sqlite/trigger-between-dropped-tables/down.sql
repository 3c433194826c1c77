DROP TRIGGER "g";

-- ! data loss: drops table i
DROP TABLE "i";

-- ! data loss: drops table p
DROP TABLE "p";
