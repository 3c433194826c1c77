ALTER TABLE guests ADD COLUMN arrived timestamp with time zone NOT NULL DEFAULT now();

COMMENT ON COLUMN guests.arrived IS 'when the door closed behind them';

ALTER TABLE guests ADD COLUMN "Nick name" character varying(40);
