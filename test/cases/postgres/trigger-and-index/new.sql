CREATE TABLE orders (id integer PRIMARY KEY, item text, at timestamptz);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := clock_timestamp();
  RETURN NEW;
END
$$;
CREATE TRIGGER orders_stamp BEFORE INSERT OR UPDATE OF item ON orders FOR EACH ROW WHEN (NEW.item IS NOT NULL) EXECUTE FUNCTION stamp();
CREATE INDEX orders_item_idx ON orders (lower(item) text_pattern_ops, at DESC NULLS LAST) INCLUDE (id) WHERE item <> '';
