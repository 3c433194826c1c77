DROP INDEX orders_item_idx;

CREATE INDEX orders_item_idx ON orders (lower(item) text_pattern_ops, at DESC NULLS LAST) INCLUDE (id) WHERE item <> ''::text;

CREATE OR REPLACE FUNCTION stamp()
  RETURNS trigger
  LANGUAGE plpgsql
AS $$
BEGIN
  NEW.at := clock_timestamp();
  RETURN NEW;
END
$$;

CREATE TRIGGER orders_stamp BEFORE INSERT OR UPDATE OF item ON orders FOR EACH ROW WHEN (new.item IS NOT NULL) EXECUTE FUNCTION stamp();
