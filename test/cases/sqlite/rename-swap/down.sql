ALTER TABLE "b" RENAME COLUMN "third" TO "limbeck_swap_2";

ALTER TABLE "b" RENAME COLUMN "second" TO "third";

ALTER TABLE "b" RENAME COLUMN "first" TO "second";

ALTER TABLE "b" RENAME COLUMN "limbeck_swap_2" TO "first";

ALTER TABLE "b" RENAME TO "limbeck_swap_2";

ALTER TABLE "a" RENAME TO "b";

ALTER TABLE "limbeck_swap_2" RENAME TO "a";
