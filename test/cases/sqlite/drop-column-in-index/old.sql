CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  pin TEXT
);
CREATE INDEX users_pin ON users (pin);
CREATE INDEX users_both ON users (name, pin);
