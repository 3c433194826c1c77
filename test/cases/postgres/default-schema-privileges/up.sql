DO $$BEGIN EXECUTE pg_catalog.format('COMMENT ON SCHEMA %1$I IS ''ours''', current_schema()); END$$;

DO $$BEGIN EXECUTE pg_catalog.format('REVOKE ALL ON SCHEMA %1$I FROM PUBLIC', current_schema()); END$$;

DO $$BEGIN EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA %1$I TO pg_monitor', current_schema()); END$$;
