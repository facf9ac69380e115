CREATE TABLE channel (id TEXT PRIMARY KEY, names TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE intake_key (
  id         TEXT PRIMARY KEY,
  channel    TEXT NOT NULL REFERENCES channel (id),
  recipient  TEXT NOT NULL,
  serial     INTEGER NOT NULL,
  from_day   TEXT NOT NULL,
  until_day  TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  UNIQUE (channel, serial)
) STRICT;

-- An envelope that came. The id stays when the bytes are gone, so that the same
-- envelope pulled again is recognised.
CREATE TABLE arrival (
  id         TEXT PRIMARY KEY,
  channel    TEXT NOT NULL,
  mailbox    TEXT NOT NULL,
  sign_key   BLOB NOT NULL,
  day        TEXT NOT NULL,
  sealed     BLOB,          -- NULL once opened
  uploads    TEXT NOT NULL, -- JSON
  at_us      INTEGER NOT NULL,
  trouble    TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX arrival_waiting ON arrival (at_us) WHERE sealed IS NOT NULL;

CREATE TABLE thread (
  id         TEXT PRIMARY KEY,
  channel    TEXT NOT NULL,
  mailbox    TEXT,          -- NULL for a phone call
  sign_key   BLOB,
  lang       TEXT NOT NULL,
  via        TEXT NOT NULL,
  urgency    TEXT NOT NULL,
  arrived_us INTEGER NOT NULL,
  read_us    INTEGER NOT NULL,
  reader     TEXT NOT NULL,
  assignee   TEXT NOT NULL,
  in_us      INTEGER NOT NULL,
  out_us     INTEGER NOT NULL,
  closed_us  INTEGER NOT NULL,
  case_id    TEXT NOT NULL,
  files      INTEGER NOT NULL,
  UNIQUE (mailbox)
) STRICT;

CREATE TABLE thread_message (
  thread    TEXT NOT NULL REFERENCES thread (id),
  seq       INTEGER NOT NULL,
  id        TEXT NOT NULL UNIQUE,
  direction TEXT NOT NULL,
  author    TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  sealed    BLOB NOT NULL,
  PRIMARY KEY (thread, seq)
) STRICT, WITHOUT ROWID;
