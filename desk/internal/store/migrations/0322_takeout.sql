-- Wishes to take the whole record out, and what a second person said.
CREATE TABLE takeout (
  id          TEXT PRIMARY KEY,
  by_member   TEXT NOT NULL,
  at_us       INTEGER NOT NULL,
  sealed      INTEGER NOT NULL, -- with words that lie in safes
  reason      TEXT NOT NULL,
  recipient   TEXT NOT NULL,    -- an age recipient, or ''
  second      TEXT NOT NULL,
  answered_us INTEGER NOT NULL,
  yes         INTEGER NOT NULL,
  fetched     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX takeout_at ON takeout (at_us);
