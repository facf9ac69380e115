-- The mailbox of a conversation's second code: harmless answers lie in it, and
-- whoever opens it or writes from it raises an alarm.
CREATE TABLE thread_second (
  thread   TEXT PRIMARY KEY REFERENCES thread (id),
  mailbox  TEXT NOT NULL UNIQUE,
  sign_key BLOB NOT NULL,
  shown    INTEGER NOT NULL DEFAULT 0 -- 1: the harmless answer was sent
) STRICT, WITHOUT ROWID;

-- Somebody is in danger, as far as a mailbox can say it. No words: those lie in the safe.
CREATE TABLE thread_alarm (
  id       TEXT PRIMARY KEY,
  thread   TEXT NOT NULL REFERENCES thread (id),
  kind     TEXT NOT NULL, -- opened, written, forced, help
  token    TEXT NOT NULL UNIQUE, -- what raised it: the same thing raises nothing twice
  at_us    INTEGER NOT NULL,
  member   TEXT NOT NULL DEFAULT '', -- who acts
  acked_us INTEGER NOT NULL DEFAULT 0,
  ended_us INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX thread_alarm_thread ON thread_alarm (thread);
CREATE INDEX thread_alarm_open ON thread_alarm (at_us) WHERE ended_us = 0;

-- How it is safe to reach somebody, and what was agreed with them: sealed in the
-- thread's safe. The rest is plain: who writes (the person or somebody for them),
-- and until when the hours are lifted.
CREATE TABLE thread_card (
  thread  TEXT PRIMARY KEY REFERENCES thread (id),
  sealed  BLOB NOT NULL,
  proxy   INTEGER NOT NULL DEFAULT 0, -- 1: written by somebody else
  own     TEXT NOT NULL DEFAULT '',   -- the thread in which the person wrote later
  lift_us INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
