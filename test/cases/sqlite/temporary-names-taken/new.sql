CREATE TABLE t (a TEXT);
CREATE TABLE limbeck_new_t (z INTEGER);
CREATE TABLE limbeck_guard (k TEXT);
