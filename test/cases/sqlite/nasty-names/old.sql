CREATE TABLE "Or""der" ("a b" TEXT, [c d] TEXT, `e``f` TEXT, "select" TEXT, "größe" TEXT);
