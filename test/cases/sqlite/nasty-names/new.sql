CREATE TABLE "Or""der" ("a b" INTEGER, [c d] TEXT, `e``f` TEXT, "select" TEXT, "größe" TEXT, "x'y" TEXT);
CREATE INDEX "the "" index" ON "Or""der" ("select", [c d]);
CREATE VIEW "v w" AS SELECT "a b" FROM "Or""der";
