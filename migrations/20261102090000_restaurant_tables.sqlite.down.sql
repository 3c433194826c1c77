-- restaurant tables
-- revision: 20261102090000
-- parent: -
-- proof: sqlite 3 · up, down, up · body c1:871995e9ed0c27d90af50cee100ebe43 · models c1:6b2c07c306781a4be3777bf50ea6f808 · before f1:dc1c7e456bb0224223dd8a8cb2908f75 · after f1:e3b0c44298fc1c149afbf4c8996fb924
-- touches: index menu_items_in_order_idx f1:8a9f8856ec9560d3→-
-- touches: index menu_versions_created_by_idx f1:20e9d5fbff0893af→-
-- touches: index order_items_menu_item_id_idx f1:bcda3ae911c78979→-
-- touches: index order_items_order_id_idx f1:c4c7cf097c2930ce→-
-- touches: index orders_kitchen_idx f1:a95b38298db6a766→-
-- touches: index orders_ready_idx f1:06cf0b9f7f738a2b→-
-- touches: index orders_session_id_idx f1:99ab70109f98a4c8→-
-- touches: index orders_user_id_idx f1:364fa842b2a246d3→-
-- touches: index receipts_issued_at_idx f1:091c6c53ece48fbc→-
-- touches: index receipts_session_id_idx f1:4165434e43217e69→-
-- touches: index table_sessions_closed_by_idx f1:81fecae9330d29cf→-
-- touches: index table_sessions_one_open_key f1:f0440a3d00c7e0f7→-
-- touches: index table_sessions_opened_by_idx f1:94e7a5fffffb0b24→-
-- touches: table menu_items f1:1cc76168da891ad0→-, table menu_versions f1:137469b8e6e9e4fe→-
-- touches: table order_items f1:9da7c4249c19078a→-, table orders f1:619a451bfd034aa4→-
-- touches: table receipts f1:901407c1cbefc652→-, table table_sessions f1:61aa6dda1a648afc→-
-- touches: table users f1:702e30c93f3797a4→-
-- foreign keys: off
-- by hand: sqlite3 -bail -cmd 'PRAGMA foreign_keys=OFF' -cmd BEGIN DATABASE ".read 'migrations/20261102090000_restaurant_tables.sqlite.down.sql'" COMMIT

-- stops here unless foreign keys are off; inside a transaction the pragma would do nothing
CREATE TEMP TABLE "limbeck_guard" (
  "foreign_keys" INTEGER,
  "lost_rows" INTEGER,
  "broken_before" INTEGER,
  "broken_after" INTEGER,
  CONSTRAINT "foreign keys are on: run PRAGMA foreign_keys=OFF before BEGIN" CHECK ("foreign_keys" = 0),
  CONSTRAINT "a rebuild lost rows" CHECK ("lost_rows" = 0),
  CONSTRAINT "rows refer to nothing after the rebuild" CHECK ("broken_after" <= "broken_before")
);

INSERT INTO "limbeck_guard" ("foreign_keys") SELECT "foreign_keys" FROM pragma_foreign_keys;

UPDATE "limbeck_guard" SET "broken_before" = (SELECT count(*) FROM pragma_foreign_key_check);

-- ! data loss: drops table receipts
DROP TABLE "receipts";

-- ! data loss: drops table order_items
DROP TABLE "order_items";

-- ! data loss: drops table orders
DROP TABLE "orders";

-- ! data loss: drops table table_sessions
DROP TABLE "table_sessions";

-- ! data loss: drops table menu_items
DROP TABLE "menu_items";

-- ! data loss: drops table menu_versions
DROP TABLE "menu_versions";

-- ! data loss: drops table users
DROP TABLE "users";

UPDATE "limbeck_guard" SET "broken_after" = (SELECT count(*) FROM pragma_foreign_key_check);

DROP TABLE "temp"."limbeck_guard";
