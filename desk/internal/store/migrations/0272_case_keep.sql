-- What must not be erased, until when. Why lies sealed in the case.
CREATE TABLE case_hold (
  id       TEXT PRIMARY KEY,
  file     TEXT NOT NULL REFERENCES case_file (id),
  until    TEXT NOT NULL,
  by       TEXT NOT NULL,
  at_us    INTEGER NOT NULL,
  second   TEXT NOT NULL DEFAULT '', -- who agreed; '': nobody yet
  ended_by TEXT NOT NULL DEFAULT '',
  ended_us INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX case_hold_file ON case_hold (file);

-- What stays of erased cases: how many, and nothing else.
CREATE TABLE case_sum (
  year   TEXT NOT NULL, -- of closing
  state  TEXT NOT NULL, -- the last one
  safe   INTEGER NOT NULL,
  cases  INTEGER NOT NULL,
  people INTEGER NOT NULL,
  minors INTEGER NOT NULL,
  PRIMARY KEY (year, state, safe)
) STRICT, WITHOUT ROWID;
