-- restaurant tables
-- revision: 20261102090000
-- parent: -
-- proof: postgres 18 · up, down, up · body c1:60c8a14f2802fc2cd010ab4e55696bf7 · models c1:c94c3f3718bea7a340ed3c3ca1bb5659 · before f1:f5cd3cd9a4b8ef14aa2eb57a50455eec · after f1:e3b0c44298fc1c149afbf4c8996fb924
-- touches: index menu_items_in_order_idx f1:dc8eca946e6df06a→-
-- touches: index menu_versions_created_by_idx f1:003135028b8f5eb7→-
-- touches: index order_items_menu_item_id_idx f1:e1d66570ec79d648→-
-- touches: index order_items_order_id_idx f1:1e9b0c97a58305b3→-
-- touches: index orders_kitchen_idx f1:2947795981ff2f9c→-
-- touches: index orders_ready_idx f1:b69ffb7104c7855c→-
-- touches: index orders_session_id_idx f1:e9d9644146a0818c→-
-- touches: index orders_user_id_idx f1:ea97140976f9616a→-
-- touches: index receipts_issued_at_idx f1:175069505b531f5b→-
-- touches: index receipts_session_id_idx f1:395344660941c0f6→-
-- touches: index table_sessions_closed_by_idx f1:4187ff5ad4788f1e→-
-- touches: index table_sessions_one_open_key f1:a6aceef565f53ac0→-
-- touches: index table_sessions_opened_by_idx f1:6546974195603415→-
-- touches: table menu_items f1:4737137eba06d3a0→-, table menu_versions f1:dc157a0b0df6b3c6→-
-- touches: table order_items f1:bf7dc174bb761fec→-, table orders f1:f9014de77f4dff42→-
-- touches: table receipts f1:1c8c068e234ea428→-, table table_sessions f1:32a7b99ff17be0cb→-
-- touches: table users f1:8f6d15a16978fcb1→-
-- by hand: psql -X -1 -v ON_ERROR_STOP=1 -f 'migrations/20261102090000_restaurant_tables.postgres.down.sql' DATABASE

-- ! data loss: drops table receipts with all its rows
DROP TABLE receipts;

-- ! data loss: drops table order_items with all its rows
DROP TABLE order_items;

-- ! data loss: drops table orders with all its rows
DROP TABLE orders;

-- ! data loss: drops table table_sessions with all its rows
DROP TABLE table_sessions;

-- ! data loss: drops table menu_items with all its rows
DROP TABLE menu_items;

-- ! data loss: drops table menu_versions with all its rows
DROP TABLE menu_versions;

-- ! data loss: drops table users with all its rows
DROP TABLE users;
