-- Something became known to those from whom people hide. What it is lies sealed in
-- the breach's safe; who must do what until when is plain, so that it is shown
-- to each case's people while every safe is closed.
CREATE TABLE case_breach (
  id        TEXT PRIMARY KEY,
  kind      TEXT NOT NULL,
  by        TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;

CREATE TABLE case_task (
  id       TEXT PRIMARY KEY,
  breach TEXT NOT NULL REFERENCES case_breach (id),
  subject  TEXT NOT NULL, -- the case or place that it is about
  how      TEXT NOT NULL, -- in which way it is touched
  what     TEXT NOT NULL,
  due_us   INTEGER NOT NULL,
  done_us  INTEGER NOT NULL DEFAULT 0,
  member   TEXT NOT NULL DEFAULT '',
  UNIQUE (breach, subject, what) -- to ask again doubles nothing
) STRICT;
CREATE INDEX case_task_subject ON case_task (subject);
CREATE INDEX case_task_open ON case_task (due_us) WHERE done_us = 0;
