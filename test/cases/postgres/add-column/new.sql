CREATE TABLE guests (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  arrived timestamptz NOT NULL DEFAULT now(),
  "Nick name" varchar(40)
);
COMMENT ON COLUMN guests.arrived IS 'when the door closed behind them';
