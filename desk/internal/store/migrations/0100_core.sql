CREATE TABLE member (
  id        TEXT PRIMARY KEY,
  name      TEXT NOT NULL,
  roles     TEXT NOT NULL, -- comma-separated, in the order of staff.AllRoles
  recipient TEXT NOT NULL,
  active    INTEGER NOT NULL,
  on_duty   INTEGER NOT NULL,
  joined_us INTEGER NOT NULL,
  left_us   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE session (
  hash      BLOB PRIMARY KEY, -- SHA-256 of the cookie's 32 random bytes
  id        TEXT NOT NULL UNIQUE,
  member    TEXT NOT NULL REFERENCES member (id),
  begun_us  INTEGER NOT NULL,
  seen_us   INTEGER NOT NULL,
  ended_us  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE safe_grant (
  safe   TEXT NOT NULL,
  member TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (safe, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX safe_grant_member ON safe_grant (member);

CREATE TABLE ledger (
  seq     INTEGER PRIMARY KEY,
  digest  BLOB NOT NULL,
  subject TEXT NOT NULL, -- '' once the content is destroyed
  scope   TEXT NOT NULL, -- '' likewise, or when it has none
  sealed  BLOB           -- NULL once destroyed
) STRICT;
CREATE INDEX ledger_subject ON ledger (subject, seq);
CREATE INDEX ledger_scope ON ledger (scope) WHERE scope <> '';

CREATE TABLE ledger_hash (idx INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE ledger_key (scope TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT, WITHOUT ROWID;

-- Named secrets and settings of the Desk itself: organisation key, hatch key, front address.
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  id       TEXT PRIMARY KEY,
  kind     TEXT NOT NULL,
  subject  TEXT NOT NULL, -- with kind: at most one open job
  body     BLOB NOT NULL,
  due_us   INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  state    TEXT NOT NULL, -- open, done, given-up
  trouble  TEXT NOT NULL DEFAULT '' -- the fault's kind of the last attempt, never its text
) STRICT;
CREATE INDEX job_due ON job (due_us) WHERE state = 'open';
CREATE UNIQUE INDEX job_open ON job (kind, subject) WHERE state = 'open';
