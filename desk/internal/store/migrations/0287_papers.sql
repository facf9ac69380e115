-- Who keeps the three papers of a member's key, and when each was found to be readable.
-- What they open lies in the key file.
CREATE TABLE paper_set (
  member  TEXT PRIMARY KEY REFERENCES member (id),
  made_us INTEGER NOT NULL,
  keepers TEXT NOT NULL, -- three member ids with commas between; '': somebody outside
  one_us  INTEGER NOT NULL DEFAULT 0,
  two_us  INTEGER NOT NULL DEFAULT 0,
  three_us INTEGER NOT NULL DEFAULT 0
) STRICT;

-- That two papers set a new passphrase, and who has seen it.
CREATE TABLE paper_use (id TEXT PRIMARY KEY, member TEXT NOT NULL REFERENCES member (id), at_us INTEGER NOT NULL) STRICT;
CREATE TABLE paper_seen (use TEXT NOT NULL REFERENCES paper_use (id), by TEXT NOT NULL, PRIMARY KEY (use, by)) STRICT, WITHOUT ROWID;
