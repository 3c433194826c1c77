CREATE TABLE orders (id integer PRIMARY KEY, item text, at timestamptz);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := now();
  RETURN NEW;
END
$$;
CREATE INDEX orders_item_idx ON orders (item);
