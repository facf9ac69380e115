-- A passphrase that two papers set and that waits. It lies in the key file; here is that
-- it is there, and for ever what became of it: an older key file brings nothing back.
CREATE TABLE paper_wait (
  id      TEXT PRIMARY KEY,
  member  TEXT NOT NULL REFERENCES member (id),
  used_us INTEGER NOT NULL,
  papers  TEXT NOT NULL,              -- which two: '1,3'
  let     INTEGER NOT NULL DEFAULT 0, -- the member said that it was they
  ended   TEXT NOT NULL DEFAULT ''    -- '': it waits
) STRICT;

-- What papers led to (keyring.PapersSet and its neighbours) and who did it.
ALTER TABLE paper_use ADD COLUMN what TEXT NOT NULL DEFAULT 'set';
ALTER TABLE paper_use ADD COLUMN by TEXT NOT NULL DEFAULT '';

-- Which making of papers is good, in hex; '': made before this was noted.
ALTER TABLE paper_set ADD COLUMN edition TEXT NOT NULL DEFAULT '';
