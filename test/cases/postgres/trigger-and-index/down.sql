DROP TRIGGER orders_stamp ON orders;

DROP INDEX orders_item_idx;

CREATE INDEX orders_item_idx ON orders (item);

CREATE OR REPLACE FUNCTION stamp()
  RETURNS trigger
  LANGUAGE plpgsql
AS $$
BEGIN
  NEW.at := now();
  RETURN NEW;
END
$$;
