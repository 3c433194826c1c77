ALTER TABLE "a" RENAME TO "limbeck_swap_2";

ALTER TABLE "b" RENAME TO "a";

ALTER TABLE "limbeck_swap_2" RENAME TO "b";

ALTER TABLE "b" RENAME COLUMN "first" TO "limbeck_swap_2";

ALTER TABLE "b" RENAME COLUMN "second" TO "first";

ALTER TABLE "b" RENAME COLUMN "third" TO "second";

ALTER TABLE "b" RENAME COLUMN "limbeck_swap_2" TO "third";
