-- Pages of the web that were taken or brought: who, when, by which way, and which
-- file the others were made from. Addresses and all else lie in that file's safe.
CREATE TABLE capture (
  id        TEXT PRIMARY KEY,
  item      TEXT NOT NULL REFERENCES item (id),
  way       TEXT NOT NULL,
  state     TEXT NOT NULL, -- taking, kept, failed
  root      TEXT NOT NULL,
  safe      TEXT NOT NULL,
  sealed    BLOB,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX capture_item ON capture (item, at_us);
CREATE INDEX capture_safe ON capture (safe);
CREATE TRIGGER capture_no_update BEFORE UPDATE OF id, item, way, state, root, safe, by_member, at_us ON capture WHEN old.state <> 'taking'
BEGIN SELECT RAISE(ABORT, 'a capture is never changed'); END;
CREATE TRIGGER capture_no_delete BEFORE DELETE ON capture BEGIN SELECT RAISE(ABORT, 'a capture is never removed'); END;
