CREATE TABLE tabs (id integer PRIMARY KEY, cents integer);
CREATE FUNCTION owed(tab integer) RETURNS integer LANGUAGE sql STABLE AS $$ SELECT cents FROM tabs WHERE id = tab $$;
CREATE VIEW debts AS SELECT id, owed(id) AS cents FROM tabs;
