-- When a mailbox was last used: a month, because years are counted. expired says
-- what its holder must be told: 1, it was long unused; 2, what was sent was never
-- fetched by a Desk and is gone.
ALTER TABLE mailbox ADD COLUMN used TEXT NOT NULL DEFAULT '';
ALTER TABLE mailbox ADD COLUMN expired INTEGER NOT NULL DEFAULT 0;

-- The other mailbox that came with a first envelope, only as long as that waits:
-- if it is never fetched, the holder of either code must be told.
ALTER TABLE envelope ADD COLUMN beside BLOB;

-- Further channels that were written to from a mailbox, so that the Desk of each
-- may answer there.
CREATE TABLE also (
  mailbox BLOB NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
  channel TEXT NOT NULL,
  PRIMARY KEY (mailbox, channel)
) STRICT, WITHOUT ROWID;
