-- Each organisation's log of key bundles, in the order in which they were taken,
-- and the last state of it that the organisation signed.
CREATE TABLE key_log (
  organisation TEXT NOT NULL,
  position     INTEGER NOT NULL,
  note         TEXT NOT NULL,
  PRIMARY KEY (organisation, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_checkpoint (
  organisation TEXT NOT NULL PRIMARY KEY,
  size         INTEGER NOT NULL,
  note         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
