-- What colleagues ask of each other in a case. What, why and the answer lie sealed in
-- the case; who, until when and how grave are plain, so that it rings while the case is closed.
CREATE TABLE team_task (
  id       TEXT PRIMARY KEY,
  file     TEXT NOT NULL REFERENCES case_file (id),
  kind     TEXT NOT NULL, -- task, flag
  owner    TEXT NOT NULL, -- '': everybody who is assigned
  by       TEXT NOT NULL,
  at_us    INTEGER NOT NULL,
  due_us   INTEGER NOT NULL, -- 0: none
  grave    INTEGER NOT NULL,
  state    TEXT NOT NULL, -- open, done, dropped
  ended_by TEXT NOT NULL DEFAULT '',
  ended_us INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX team_task_file ON team_task (file);
CREATE INDEX team_task_open ON team_task (due_us) WHERE state = 'open';

-- A case that goes from one caseworker to another. The note lies sealed in the case.
CREATE TABLE team_handing (
  id       TEXT PRIMARY KEY,
  file     TEXT NOT NULL REFERENCES case_file (id),
  giver    TEXT NOT NULL,
  taker    TEXT NOT NULL,
  stays    INTEGER NOT NULL, -- the giver stays assigned
  lent     INTEGER NOT NULL, -- the taker may read the case because of this, and no longer
  note     INTEGER NOT NULL, -- the edition of the note that is offered
  state    TEXT NOT NULL,    -- offered, accepted, declined, withdrawn, lapsed
  at_us    INTEGER NOT NULL,
  until_us INTEGER NOT NULL,
  ended_us INTEGER NOT NULL DEFAULT 0,
  voices   TEXT NOT NULL     -- JSON: grants of the conversation, each sealed to the taker; '' once answered
) STRICT;
CREATE UNIQUE INDEX team_handing_one ON team_handing (file) WHERE state = 'offered';
CREATE INDEX team_handing_file ON team_handing (file);
CREATE TABLE team_handing_seen (
  handing TEXT NOT NULL REFERENCES team_handing (id),
  member  TEXT NOT NULL,
  PRIMARY KEY (handing, member)
) STRICT, WITHOUT ROWID;
