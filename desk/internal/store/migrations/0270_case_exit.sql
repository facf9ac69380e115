-- What members asked to take out of the house, and who said yes to it.
CREATE TABLE case_exit (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL, -- table, all
  rows       TEXT NOT NULL, -- of which table
  format     TEXT NOT NULL,
  by         TEXT NOT NULL,
  at_us      INTEGER NOT NULL,
  reason     TEXT NOT NULL,
  recipient  TEXT NOT NULL, -- an age recipient; '': not sealed
  second     TEXT NOT NULL DEFAULT '',
  answered_us INTEGER NOT NULL DEFAULT 0,
  yes        INTEGER NOT NULL DEFAULT 0,
  fetched    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX case_exit_at ON case_exit (at_us);

-- Keyed fingerprints of the cases of other systems that came in, so that none comes twice.
CREATE TABLE case_origin (
  print BLOB PRIMARY KEY,
  file  TEXT NOT NULL REFERENCES case_file (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_origin_file ON case_origin (file);
