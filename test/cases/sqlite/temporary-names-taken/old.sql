CREATE TABLE t (a INTEGER);
CREATE TABLE limbeck_new_t (z INTEGER);
CREATE TABLE limbeck_guard (k INTEGER);
