CREATE TABLE rooms (no integer PRIMARY KEY, beds integer, price numeric(10, 2));
CREATE TABLE stays (room integer, during daterange);
