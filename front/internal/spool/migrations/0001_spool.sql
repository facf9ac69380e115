-- What the Front keeps. Every table is keyed by random bytes and has no rowid,
-- so that no row says when or in which order it came; a day is the only time.

CREATE TABLE mailbox (
  id       BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  sign_key BLOB NOT NULL CHECK (length(sign_key) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE envelope (
  id      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  channel TEXT NOT NULL,
  mailbox BLOB NOT NULL CHECK (length(mailbox) = 16),
  sign_key BLOB NOT NULL CHECK (length(sign_key) = 32),
  day     TEXT NOT NULL,
  class   INTEGER NOT NULL,
  digest  BLOB NOT NULL CHECK (length(digest) = 32),
  sealed  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE upload (
  id       BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  envelope BLOB NOT NULL REFERENCES envelope (id) ON DELETE CASCADE,
  chunks   INTEGER NOT NULL CHECK (chunks > 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_envelope ON upload (envelope);

-- Envelopes that the Desk holds: a sender whose line broke before the answer
-- may still ask again, and must be told that it was stored.
CREATE TABLE held (
  id     BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  day    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reply (
  id      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  mailbox BLOB NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
  expires TEXT NOT NULL,
  digest  BLOB NOT NULL CHECK (length(digest) = 32),
  sealed  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reply_mailbox ON reply (mailbox);
