-- restaurant tables
-- revision: 20261102090000
-- parent: -
-- proof: sqlite 3 · up, down, up · body c1:ed17ad3d7cfeb002d14af0394de03c53 · models c1:6b2c07c306781a4be3777bf50ea6f808 · before f1:e3b0c44298fc1c149afbf4c8996fb924 · after f1:dc1c7e456bb0224223dd8a8cb2908f75
-- touches: index menu_items_in_order_idx -→f1:8a9f8856ec9560d3
-- touches: index menu_versions_created_by_idx -→f1:20e9d5fbff0893af
-- touches: index order_items_menu_item_id_idx -→f1:bcda3ae911c78979
-- touches: index order_items_order_id_idx -→f1:c4c7cf097c2930ce
-- touches: index orders_kitchen_idx -→f1:a95b38298db6a766
-- touches: index orders_ready_idx -→f1:06cf0b9f7f738a2b
-- touches: index orders_session_id_idx -→f1:99ab70109f98a4c8
-- touches: index orders_user_id_idx -→f1:364fa842b2a246d3
-- touches: index receipts_issued_at_idx -→f1:091c6c53ece48fbc
-- touches: index receipts_session_id_idx -→f1:4165434e43217e69
-- touches: index table_sessions_closed_by_idx -→f1:81fecae9330d29cf
-- touches: index table_sessions_one_open_key -→f1:f0440a3d00c7e0f7
-- touches: index table_sessions_opened_by_idx -→f1:94e7a5fffffb0b24
-- touches: table menu_items -→f1:1cc76168da891ad0, table menu_versions -→f1:137469b8e6e9e4fe
-- touches: table order_items -→f1:9da7c4249c19078a, table orders -→f1:619a451bfd034aa4
-- touches: table receipts -→f1:901407c1cbefc652, table table_sessions -→f1:61aa6dda1a648afc
-- touches: table users -→f1:702e30c93f3797a4
-- by hand: sqlite3 -bail -cmd BEGIN DATABASE ".read 'migrations/20261102090000_restaurant_tables.sqlite.up.sql'" COMMIT

CREATE TABLE users (
  id            INTEGER PRIMARY KEY,
  username      TEXT NOT NULL,
  display_name  TEXT NOT NULL,
  role          TEXT NOT NULL DEFAULT 'waiter',
  pin_hash      TEXT NOT NULL,
  is_active     INTEGER NOT NULL DEFAULT 1,
  created_at    TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CONSTRAINT users_is_active_is_boolean CHECK (is_active IN (0, 1)),
  CONSTRAINT users_created_at_is_utc CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
  CONSTRAINT users_username_key UNIQUE (username),
  CONSTRAINT users_username_not_empty CHECK (username <> ''),
  CONSTRAINT users_role_known CHECK (role IN ('staff', 'waiter', 'admin'))
);

CREATE TABLE menu_versions (
  id            INTEGER PRIMARY KEY,
  label         TEXT NOT NULL,
  menu          TEXT NOT NULL,
  is_published  INTEGER NOT NULL DEFAULT 0,
  created_by    INTEGER REFERENCES users (id) ON DELETE SET NULL,
  created_at    TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CONSTRAINT menu_versions_menu_is_json CHECK (json_valid(menu)),
  CONSTRAINT menu_versions_is_published_is_boolean CHECK (is_published IN (0, 1)),
  CONSTRAINT menu_versions_created_at_is_utc CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
  CONSTRAINT menu_versions_label_key UNIQUE (label)
);

CREATE TABLE menu_items (
  id               INTEGER PRIMARY KEY,
  menu_version_id  INTEGER NOT NULL REFERENCES menu_versions (id) ON DELETE CASCADE,
  name             TEXT NOT NULL,
  description      TEXT,
  category         TEXT NOT NULL,
  station          TEXT NOT NULL,
  price_cents      INTEGER NOT NULL,
  is_available     INTEGER NOT NULL DEFAULT 1,
  position         INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT menu_items_price_is_whole CHECK (typeof(price_cents) = 'integer'),
  CONSTRAINT menu_items_is_available_is_boolean CHECK (is_available IN (0, 1)),
  CONSTRAINT menu_items_price_not_negative CHECK (price_cents >= 0),
  CONSTRAINT menu_items_version_name_key UNIQUE (menu_version_id, name)
);

CREATE TABLE table_sessions (
  id            INTEGER PRIMARY KEY,
  table_number  INTEGER NOT NULL,
  guests        INTEGER NOT NULL DEFAULT 1,
  status        TEXT NOT NULL DEFAULT 'open',
  opened_by     INTEGER REFERENCES users (id) ON DELETE SET NULL,
  closed_by     INTEGER REFERENCES users (id) ON DELETE SET NULL,
  opened_at     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  closed_at     TEXT,
  CONSTRAINT table_sessions_table_number_is_whole CHECK (typeof(table_number) = 'integer'),
  CONSTRAINT table_sessions_guests_is_whole CHECK (typeof(guests) = 'integer'),
  CONSTRAINT table_sessions_opened_at_is_utc CHECK (opened_at IS strftime('%Y-%m-%dT%H:%M:%fZ', opened_at)),
  CONSTRAINT table_sessions_closed_at_is_utc CHECK (closed_at IS strftime('%Y-%m-%dT%H:%M:%fZ', closed_at)),
  CONSTRAINT table_sessions_table_number_positive CHECK (table_number > 0),
  CONSTRAINT table_sessions_guests_positive CHECK (guests > 0),
  CONSTRAINT table_sessions_status_known CHECK (status IN ('open', 'closed')),
  CONSTRAINT table_sessions_closed_has_time CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
  CONSTRAINT table_sessions_closed_after_opened CHECK (closed_at >= opened_at)
);

CREATE TABLE orders (
  id          INTEGER PRIMARY KEY,
  session_id  INTEGER NOT NULL REFERENCES table_sessions (id) ON DELETE CASCADE,
  user_id     INTEGER REFERENCES users (id) ON DELETE SET NULL,
  status      TEXT NOT NULL DEFAULT 'pending',
  notes       TEXT,
  created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  ready_at    TEXT,
  served_at   TEXT,
  CONSTRAINT orders_created_at_is_utc CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
  CONSTRAINT orders_ready_at_is_utc CHECK (ready_at IS strftime('%Y-%m-%dT%H:%M:%fZ', ready_at)),
  CONSTRAINT orders_served_at_is_utc CHECK (served_at IS strftime('%Y-%m-%dT%H:%M:%fZ', served_at)),
  CONSTRAINT orders_status_known CHECK (status IN ('pending', 'in_progress', 'ready', 'served', 'cancelled')),
  CONSTRAINT orders_ready_after_created CHECK (ready_at >= created_at),
  CONSTRAINT orders_served_after_created CHECK (served_at >= created_at)
);

CREATE TABLE order_items (
  id                INTEGER PRIMARY KEY,
  order_id          INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  menu_item_id      INTEGER NOT NULL REFERENCES menu_items (id) ON DELETE RESTRICT,
  quantity          INTEGER NOT NULL DEFAULT 1,
  unit_price_cents  INTEGER NOT NULL,
  status            TEXT NOT NULL DEFAULT 'pending',
  notes             TEXT,
  CONSTRAINT order_items_quantity_is_whole CHECK (typeof(quantity) = 'integer'),
  CONSTRAINT order_items_unit_price_is_whole CHECK (typeof(unit_price_cents) = 'integer'),
  CONSTRAINT order_items_quantity_positive CHECK (quantity > 0),
  CONSTRAINT order_items_unit_price_not_negative CHECK (unit_price_cents >= 0),
  CONSTRAINT order_items_status_known CHECK (status IN ('pending', 'in_progress', 'ready', 'served', 'cancelled'))
);

CREATE TABLE receipts (
  id              INTEGER PRIMARY KEY,
  session_id      INTEGER NOT NULL REFERENCES table_sessions (id) ON DELETE CASCADE,
  number          TEXT NOT NULL,
  subtotal_cents  INTEGER NOT NULL,
  tax_cents       INTEGER NOT NULL DEFAULT 0,
  tip_cents       INTEGER NOT NULL DEFAULT 0,
  total_cents     INTEGER NOT NULL,
  payment_method  TEXT NOT NULL,
  issued_at       TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CONSTRAINT receipts_issued_at_is_utc CHECK (issued_at IS strftime('%Y-%m-%dT%H:%M:%fZ', issued_at)),
  CONSTRAINT receipts_subtotal_is_whole CHECK (typeof(subtotal_cents) = 'integer'),
  CONSTRAINT receipts_tax_is_whole CHECK (typeof(tax_cents) = 'integer'),
  CONSTRAINT receipts_tip_is_whole CHECK (typeof(tip_cents) = 'integer'),
  CONSTRAINT receipts_total_is_whole CHECK (typeof(total_cents) = 'integer'),
  CONSTRAINT receipts_number_key UNIQUE (number),
  CONSTRAINT receipts_not_negative CHECK (subtotal_cents >= 0 AND tax_cents >= 0 AND tip_cents >= 0),
  CONSTRAINT receipts_adds_up CHECK (total_cents = subtotal_cents + tax_cents + tip_cents),
  CONSTRAINT receipts_payment_method_known CHECK (payment_method IN ('cash', 'card', 'voucher'))
);

CREATE INDEX menu_versions_created_by_idx ON menu_versions (created_by);

CREATE INDEX menu_items_in_order_idx ON menu_items (menu_version_id, category, position);

CREATE UNIQUE INDEX table_sessions_one_open_key ON table_sessions (table_number) WHERE status = 'open';

CREATE INDEX table_sessions_opened_by_idx ON table_sessions (opened_by);

CREATE INDEX table_sessions_closed_by_idx ON table_sessions (closed_by);

CREATE INDEX orders_kitchen_idx ON orders (created_at) WHERE status IN ('pending', 'in_progress');

CREATE INDEX orders_ready_idx ON orders (ready_at) WHERE status = 'ready';

CREATE INDEX orders_session_id_idx ON orders (session_id);

CREATE INDEX orders_user_id_idx ON orders (user_id);

CREATE INDEX order_items_order_id_idx ON order_items (order_id);

CREATE INDEX order_items_menu_item_id_idx ON order_items (menu_item_id);

CREATE INDEX receipts_session_id_idx ON receipts (session_id);

CREATE INDEX receipts_issued_at_idx ON receipts (issued_at);
