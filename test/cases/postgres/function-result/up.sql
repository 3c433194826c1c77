SET LOCAL check_function_bodies = off;

DROP VIEW debts;

DROP FUNCTION owed(integer);

CREATE FUNCTION owed(tab integer)
  RETURNS numeric
  LANGUAGE sql
  STABLE
AS $$ SELECT cents / 100.0 FROM tabs WHERE id = tab $$;

CREATE VIEW debts AS
 SELECT id,
    owed(id) AS cents
   FROM tabs;
