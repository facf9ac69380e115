-- What members brought from other programs and have not taken in yet. Names,
-- keys and content lie in the vault and in a safe of the member who brought it.
CREATE TABLE harvest_load (
  id         TEXT PRIMARY KEY,
  by_member  TEXT NOT NULL,
  kind       TEXT NOT NULL,
  collection TEXT NOT NULL,
  at_us      INTEGER NOT NULL,
  blobs      TEXT NOT NULL, -- JSON list of ids
  sealed     BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX harvest_load_member ON harvest_load (by_member, at_us);

-- What each column of a collection is, as somebody chose last.
CREATE TABLE harvest_mapping (
  collection TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  body       TEXT NOT NULL, -- JSON
  by_member  TEXT NOT NULL,
  at_us      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What came in, by keyed fingerprints: neither ids nor content of other programs.
CREATE TABLE harvest_row (
  collection TEXT NOT NULL,
  own        BLOB NOT NULL,
  content    BLOB NOT NULL,
  item       TEXT NOT NULL,
  incident   TEXT NOT NULL,
  claim      TEXT NOT NULL,
  at_us      INTEGER NOT NULL,
  PRIMARY KEY (collection, own)
) STRICT, WITHOUT ROWID;
