DROP STATISTICS dishes_of_a_price;

DROP INDEX dishes_name;

ALTER TABLE dishes ALTER COLUMN name TYPE text;

CREATE INDEX dishes_name ON dishes (lower(name), price);

ALTER INDEX dishes_name ALTER COLUMN 1 SET STATISTICS 300;

CREATE STATISTICS dishes_of_a_price (ndistinct) ON name, price FROM dishes;

ALTER STATISTICS dishes_of_a_price SET STATISTICS 200;

COMMENT ON STATISTICS dishes_of_a_price IS 'for the menu';
