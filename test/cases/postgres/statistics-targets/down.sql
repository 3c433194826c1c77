DROP STATISTICS dishes_of_a_price;

DROP INDEX dishes_name;

-- ! data loss: values of dishes.name become character varying(40): spaces at their end that do not fit are cut
-- ! rewrite: dishes.name is written anew in every row, while nobody else can read the table
-- ! may fail on rows: values of dishes.name of which no character varying(40) can be made stop the migration
ALTER TABLE dishes ALTER COLUMN name TYPE character varying(40);

CREATE INDEX dishes_name ON dishes (lower((name)::text), price);

ALTER INDEX dishes_name ALTER COLUMN 1 SET STATISTICS 300;

CREATE STATISTICS dishes_of_a_price (ndistinct) ON name, price FROM dishes;

ALTER STATISTICS dishes_of_a_price SET STATISTICS 200;

COMMENT ON STATISTICS dishes_of_a_price IS 'for the menu';
