-- Sealed bytes in the vault; several files may be the same bytes.
CREATE TABLE evidence_blob (
  id         TEXT PRIMARY KEY,
  tag        BLOB NOT NULL UNIQUE, -- keyed hash of the content
  wrapped    BLOB NOT NULL,        -- the key, for who has the content
  sums       BLOB NOT NULL,        -- SHA-256 of each sealed chunk
  checked_us INTEGER NOT NULL,
  state      TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_blob_checked ON evidence_blob (checked_us);

-- Files of items, never changed: name, hash, key and description lie sealed.
CREATE TABLE evidence (
  id         TEXT PRIMARY KEY,
  item       TEXT NOT NULL REFERENCES item (id),
  made_from  TEXT NOT NULL, -- another file, or ''
  step       TEXT NOT NULL,
  blob       TEXT NOT NULL,
  safe       TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  commitment BLOB NOT NULL UNIQUE,
  sensitive  INTEGER NOT NULL,
  by_member  TEXT NOT NULL,
  at_us      INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_item ON evidence (item, at_us);
CREATE INDEX evidence_from ON evidence (made_from);
CREATE INDEX evidence_of_blob ON evidence (blob);
CREATE INDEX evidence_safe ON evidence (safe);

-- The chain of custody: which entries of the ledger, in which order.
CREATE TABLE evidence_event (
  file   TEXT NOT NULL REFERENCES evidence (id),
  number INTEGER NOT NULL,
  seq    INTEGER NOT NULL UNIQUE,
  PRIMARY KEY (file, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence_view (
  id        TEXT PRIMARY KEY,
  file      TEXT NOT NULL,
  by_member TEXT NOT NULL,
  session   TEXT NOT NULL,
  until_us  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence_batch (
  id        TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  token     BLOB NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence_stamp (
  batch TEXT NOT NULL REFERENCES evidence_batch (id),
  place INTEGER NOT NULL,
  file  TEXT NOT NULL REFERENCES evidence (id),
  PRIMARY KEY (batch, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_stamp_file ON evidence_stamp (file);

CREATE TABLE evidence_package (
  id          TEXT PRIMARY KEY,
  purpose     TEXT NOT NULL,
  files       TEXT NOT NULL, -- JSON list of ids
  by_member   TEXT NOT NULL,
  at_us       INTEGER NOT NULL,
  approved_by TEXT NOT NULL,
  approved_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER evidence_no_update BEFORE UPDATE OF id, item, made_from, step, blob, safe, commitment, sensitive, by_member, at_us ON evidence
BEGIN SELECT RAISE(ABORT, 'a piece of evidence is never changed'); END;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'a piece of evidence is never removed'); END;
CREATE TRIGGER evidence_event_no_update BEFORE UPDATE ON evidence_event BEGIN SELECT RAISE(ABORT, 'custody is never changed'); END;
CREATE TRIGGER evidence_event_no_delete BEFORE DELETE ON evidence_event BEGIN SELECT RAISE(ABORT, 'custody is never removed'); END;
CREATE TRIGGER evidence_stamp_no_update BEFORE UPDATE ON evidence_stamp BEGIN SELECT RAISE(ABORT, 'a time stamp is never changed'); END;
CREATE TRIGGER evidence_stamp_no_delete BEFORE DELETE ON evidence_stamp BEGIN SELECT RAISE(ABORT, 'a time stamp is never removed'); END;
