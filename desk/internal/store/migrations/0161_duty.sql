-- Who is on duty when; empty channel or language: all of them.
CREATE TABLE duty_shift (
  id       TEXT PRIMARY KEY,
  member   TEXT NOT NULL REFERENCES member (id),
  rank     INTEGER NOT NULL, -- 1: duty operator, 2: second
  channel  TEXT NOT NULL,
  lang     TEXT NOT NULL,
  from_us  INTEGER NOT NULL,
  until_us INTEGER NOT NULL
) STRICT;
CREATE INDEX duty_shift_time ON duty_shift (until_us);

-- From when a ladder counts: never later than the first time the sweep saw that something waits.
CREATE TABLE duty_watch (
  subject  TEXT NOT NULL, -- a thread or an arrival
  kind     TEXT NOT NULL,
  round_us INTEGER NOT NULL,
  from_us  INTEGER NOT NULL,
  PRIMARY KEY (subject, kind, round_us)
) STRICT, WITHOUT ROWID;

CREATE TABLE duty_alarm (
  id        TEXT PRIMARY KEY,
  subject   TEXT NOT NULL,
  kind      TEXT NOT NULL,
  round_us  INTEGER NOT NULL,
  step      INTEGER NOT NULL,
  channel   TEXT NOT NULL,
  lang      TEXT NOT NULL,
  from_us   INTEGER NOT NULL,
  due_us    INTEGER NOT NULL,
  raised_us INTEGER NOT NULL,
  called    TEXT NOT NULL, -- member ids, separated by spaces
  ended_us  INTEGER NOT NULL DEFAULT 0,
  UNIQUE (subject, kind, round_us, step)
) STRICT;
CREATE INDEX duty_alarm_open ON duty_alarm (raised_us) WHERE ended_us = 0;

-- Templates of answers, every version. They hold nothing about anybody.
CREATE TABLE wording (
  id      TEXT NOT NULL,
  version INTEGER NOT NULL,
  title   TEXT NOT NULL,
  texts   TEXT NOT NULL, -- JSON
  author  TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  retired INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
