-- Nothing in a plain column tells who, where or what: those lie sealed in case_item.
CREATE TABLE case_file (
  id         TEXT PRIMARY KEY,
  pseudonym  TEXT NOT NULL UNIQUE,
  state      TEXT NOT NULL,
  priority   TEXT NOT NULL,
  decide_us  INTEGER NOT NULL, -- 0: decided
  checkin_us INTEGER NOT NULL, -- 0: none
  thread     TEXT NOT NULL,    -- '': opened by hand
  opened_day TEXT NOT NULL,
  erase_day  TEXT NOT NULL     -- '': not closed
) STRICT;
CREATE UNIQUE INDEX case_file_thread ON case_file (thread) WHERE thread <> '';
CREATE INDEX case_file_erase ON case_file (erase_day) WHERE erase_day <> '';

-- One edition of one item, in the safe of a case, a leg or a place. Only appended;
-- the sealed bytes change when the safe gets a new key, and at no other time.
CREATE TABLE case_item (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  safe    TEXT NOT NULL,
  id      TEXT NOT NULL,
  kind    TEXT NOT NULL,
  version INTEGER NOT NULL,
  base    INTEGER NOT NULL, -- the version that its author had seen
  author  TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  sealed  BLOB NOT NULL,
  UNIQUE (safe, id, version)
) STRICT;
CREATE TRIGGER case_item_stays BEFORE UPDATE OF seq, safe, id, kind, version, base, author, at_us ON case_item
BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END;

CREATE TABLE case_leg (
  id    TEXT PRIMARY KEY,
  file  TEXT NOT NULL REFERENCES case_file (id),
  stage TEXT NOT NULL DEFAULT 'ahead' -- ahead, out (somebody is on the way), over
) STRICT;
CREATE INDEX case_leg_file ON case_leg (file);

CREATE TABLE case_ask (
  safe    TEXT NOT NULL,
  item    TEXT NOT NULL,
  version INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  by      TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (safe, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_voice (
  safe    TEXT NOT NULL,
  item    TEXT NOT NULL,
  version INTEGER NOT NULL,
  member  TEXT NOT NULL,
  yes     INTEGER NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (safe, item, version, member) -- one member, one voice
) STRICT, WITHOUT ROWID;

CREATE TABLE case_checkin (
  id       TEXT PRIMARY KEY,
  file     TEXT NOT NULL REFERENCES case_file (id),
  due_us   INTEGER NOT NULL,
  grace_us INTEGER NOT NULL,
  every_us INTEGER NOT NULL, -- 0: once
  pace     TEXT NOT NULL,
  state    TEXT NOT NULL,
  alarm_us INTEGER NOT NULL, -- 0: no ladder runs
  step     INTEGER NOT NULL,
  next_us  INTEGER NOT NULL  -- 0: nothing will happen by itself
) STRICT;
CREATE INDEX case_checkin_file ON case_checkin (file);
CREATE INDEX case_checkin_next ON case_checkin (next_us) WHERE next_us > 0;

CREATE TABLE case_alert (
  id        TEXT PRIMARY KEY,
  file      TEXT NOT NULL REFERENCES case_file (id),
  checkin   TEXT NOT NULL REFERENCES case_checkin (id),
  due_us    INTEGER NOT NULL,
  step      INTEGER NOT NULL,
  rung      TEXT NOT NULL,
  role      TEXT NOT NULL,
  since_us  INTEGER NOT NULL,
  raised_us INTEGER NOT NULL,
  duress    INTEGER NOT NULL,
  member    TEXT NOT NULL DEFAULT '',
  acked_us  INTEGER NOT NULL DEFAULT 0,
  done      TEXT NOT NULL DEFAULT '',
  ended_us  INTEGER NOT NULL DEFAULT 0,
  reason    TEXT NOT NULL DEFAULT '',
  UNIQUE (checkin, due_us, step, duress) -- each rung of a round once, and anew under duress
) STRICT;
CREATE INDEX case_alert_file ON case_alert (file);
CREATE INDEX case_alert_open ON case_alert (since_us) WHERE acked_us = 0 AND ended_us = 0;
