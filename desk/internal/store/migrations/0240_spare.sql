-- Keys that nobody has: the seed is split, two of the holders must act together.
CREATE TABLE glass_key (
  id        TEXT PRIMARY KEY,
  recipient TEXT NOT NULL,
  by        TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;

-- One part of a seed, sealed to the member who holds it.
CREATE TABLE glass_share (
  glass  TEXT NOT NULL REFERENCES glass_key (id),
  member TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (glass, member)
) STRICT, WITHOUT ROWID;

-- A safe's key sealed to a spare key; apart from safe_grant, because it makes nobody assigned.
CREATE TABLE spare_grant (
  safe   TEXT PRIMARY KEY,
  glass  TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Somebody asks a second holder to open a case with them. Why is sealed to those
-- concerned; the deposit (the asker's parts) to the second alone, until they answer.
CREATE TABLE glass_opening (
  id       TEXT PRIMARY KEY,
  file     TEXT NOT NULL,
  by       TEXT NOT NULL,
  second   TEXT NOT NULL,
  hours    INTEGER NOT NULL,
  reason   BLOB NOT NULL,
  deposit  BLOB NOT NULL,
  state    TEXT NOT NULL,
  at_us    INTEGER NOT NULL,
  ended_us INTEGER NOT NULL DEFAULT 0, -- answered
  until_us INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX glass_opening_file ON glass_opening (file);

CREATE TABLE glass_seen (
  opening TEXT NOT NULL,
  member  TEXT NOT NULL,
  PRIMARY KEY (opening, member)
) STRICT, WITHOUT ROWID;

-- Grants that end.
CREATE TABLE safe_until (
  safe     TEXT NOT NULL,
  member   TEXT NOT NULL,
  until_us INTEGER NOT NULL,
  PRIMARY KEY (safe, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX safe_until_time ON safe_until (until_us);
CREATE INDEX safe_until_safe ON safe_until (safe, member);
