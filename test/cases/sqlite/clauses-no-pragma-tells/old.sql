CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t (id) NOT NULL, state TEXT, CHECK (state IN ("A", 'b')), CHECK (id > 0));
