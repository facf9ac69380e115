-- Packages that were made to be handed over: hashes of lines, counts, and what is
-- sealed to the recipient. They are never changed.
CREATE TABLE petition_delivery (
  id       TEXT PRIMARY KEY,
  petition TEXT NOT NULL REFERENCES petition (id),
  at_us    INTEGER NOT NULL,
  member   TEXT NOT NULL,
  count    INTEGER NOT NULL,
  named    INTEGER NOT NULL,
  kept     INTEGER NOT NULL,
  digest   TEXT NOT NULL,
  body     BLOB NOT NULL
) STRICT;
CREATE TRIGGER petition_delivery_stays BEFORE UPDATE ON petition_delivery
BEGIN SELECT RAISE(ABORT, 'what was handed over is never changed'); END;
