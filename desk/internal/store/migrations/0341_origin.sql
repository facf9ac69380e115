-- What was decided about the origin of two sources; the last one holds.
CREATE TABLE kinship (
  seq       INTEGER PRIMARY KEY,
  one       TEXT NOT NULL REFERENCES source (id),
  other     TEXT NOT NULL REFERENCES source (id),
  same      INTEGER NOT NULL,
  reason    TEXT NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE TRIGGER kinship_no_update BEFORE UPDATE ON kinship BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER kinship_no_delete BEFORE DELETE ON kinship BEGIN SELECT RAISE(ABORT, 'a decision is never removed'); END;
