import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reachBeyond } from '../../../lib/engine/postgres/reach.ts';

test('refuses what reaches beyond the database', () => {
  for (const sql of [
    'CREATE ROLE bard',
    '/* x */ create user bard',
    'ALTER GROUP g ADD USER u',
    'DROP ROLE bard',
    "CREATE TABLESPACE fast LOCATION '/x'",
    'ALTER SYSTEM SET fsync = off',
    "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p",
    'DROP DATABASE tavern',
    'DROP OWNED BY bard',
    'REASSIGN OWNED BY bard TO ada',
    'GRANT admins TO bard',
    'REVOKE admins FROM bard',
    'GRANT CONNECT ON DATABASE tavern TO bard',
    'ALTER DATABASE tavern SET x = y',
    "COPY t FROM PROGRAM 'rm -rf /'",
    "COPY t TO '/etc/passwd'",
    "COMMENT ON ROLE bard IS 'x'",
  ])
    assert.ok(reachBeyond(sql), sql);
});

test('lets pass what stays inside', () => {
  for (const sql of [
    'CREATE TABLE role (id int)',
    'GRANT SELECT ON users TO bard',
    'GRANT USAGE ON SCHEMA app TO bard',
    'ALTER TABLE users OWNER TO bard',
    'CREATE USER MAPPING FOR bard SERVER s',
    "COMMENT ON TABLE users IS 'on role'",
    'DROP TABLE database',
    "COPY t FROM '/data.csv'",
    'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bard',
  ])
    assert.is(reachBeyond(sql), undefined, sql);
});

test.run();
