-- What the Front keeps of petitions. The number of a signature is random: no row
-- says when or in which order it came; a day is the only time.

CREATE TABLE statement (
  id           TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL,
  slug         TEXT NOT NULL,
  serial       INTEGER NOT NULL,
  note         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Sealed, until the Desk has them.
CREATE TABLE signature (
  number   INTEGER NOT NULL PRIMARY KEY,
  petition TEXT NOT NULL,
  day      TEXT NOT NULL,
  sealed   BLOB NOT NULL
) STRICT;

-- Codes that the Desk sent by mail, by their hashes. state: 0 waits for the press,
-- 1 confirmed, 2 erased. leaving is the hash of the code that stops and erases.
CREATE TABLE code (
  hash     BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  leaving  BLOB NOT NULL CHECK (length(leaving) = 32),
  petition TEXT NOT NULL,
  country  TEXT NOT NULL,
  state    INTEGER NOT NULL,
  until    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX code_leaving ON code (leaving);
CREATE INDEX code_count ON code (petition, state, country);

-- What was pressed and the Desk does not know yet.
CREATE TABLE press (
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  what     TEXT NOT NULL,
  petition TEXT NOT NULL,
  PRIMARY KEY (hash, what)
) STRICT, WITHOUT ROWID;
