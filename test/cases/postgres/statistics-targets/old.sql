CREATE TABLE dishes (id integer PRIMARY KEY, name varchar(40), price integer);
CREATE INDEX dishes_name ON dishes (lower(name), price);
ALTER INDEX dishes_name ALTER COLUMN 1 SET STATISTICS 300;
CREATE STATISTICS dishes_of_a_price (ndistinct) ON name, price FROM dishes;
ALTER STATISTICS dishes_of_a_price SET STATISTICS 200;
COMMENT ON STATISTICS dishes_of_a_price IS 'for the menu';
CREATE STATISTICS plain (ndistinct) ON id, name FROM dishes;
