-- Lists of people that are matched with each other. What they hold, and what
-- was found in them, lies in the study's safe.
CREATE TABLE study (
  id        TEXT PRIMARY KEY,
  sealed    BLOB NOT NULL, -- its title
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;

CREATE TABLE study_list (
  id        TEXT PRIMARY KEY,
  study     TEXT NOT NULL REFERENCES study (id),
  seq       INTEGER NOT NULL,
  blob      TEXT NOT NULL, -- of the vault
  sealed    BLOB NOT NULL, -- name, key, hash, report on its rows
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  UNIQUE (study, seq)
) STRICT;

CREATE TABLE study_run (
  id        TEXT PRIMARY KEY,
  study     TEXT NOT NULL REFERENCES study (id),
  seq       INTEGER NOT NULL,
  kind      TEXT NOT NULL, -- match, estimate
  state     TEXT NOT NULL, -- waiting, running, paused, stopped, done, failed
  phase     TEXT NOT NULL,
  done      INTEGER NOT NULL,
  total     INTEGER NOT NULL,
  until     INTEGER NOT NULL, -- the last decision that it knows
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  spent_us  INTEGER NOT NULL, -- on the draws that are done
  ended_us  INTEGER NOT NULL,
  plan      TEXT NOT NULL, -- JSON: method, draws, seed
  sealed    BLOB NOT NULL, -- what was found; empty until done
  UNIQUE (study, seq)
) STRICT;

-- What is done of a run, so that it goes on where it was cut short.
CREATE TABLE study_part (
  run    TEXT NOT NULL REFERENCES study_run (id),
  seq    INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE study_pair (
  study  TEXT NOT NULL REFERENCES study (id),
  token  TEXT NOT NULL, -- opaque: only who can open the safe can compute it
  sealed BLOB NOT NULL, -- the two records
  PRIMARY KEY (study, token)
) STRICT, WITHOUT ROWID;

CREATE TABLE study_decision (
  seq    INTEGER PRIMARY KEY,
  study  TEXT NOT NULL,
  pair   TEXT NOT NULL,
  run    TEXT NOT NULL,
  member TEXT NOT NULL,
  answer TEXT NOT NULL, -- same, different, unsure, undo
  at_us  INTEGER NOT NULL,
  FOREIGN KEY (study, pair) REFERENCES study_pair (study, token)
) STRICT;
CREATE INDEX study_decision_study ON study_decision (study, seq);

CREATE TRIGGER study_decision_no_update BEFORE UPDATE ON study_decision BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER study_decision_no_delete BEFORE DELETE ON study_decision BEGIN SELECT RAISE(ABORT, 'a decision is never removed'); END;

-- Estimates that a figure rests on, never changed; the last one counts.
CREATE TABLE figure_estimate (
  id        TEXT PRIMARY KEY,
  figure    TEXT NOT NULL REFERENCES figure (id),
  study     TEXT NOT NULL,
  run       TEXT NOT NULL,
  low       INTEGER NOT NULL,
  high      INTEGER NOT NULL,
  named     INTEGER NOT NULL,
  detail    TEXT NOT NULL, -- JSON: methods, level, lists, digest of the analysis
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  UNIQUE (figure, run)
) STRICT;
CREATE TRIGGER figure_estimate_no_update BEFORE UPDATE ON figure_estimate BEGIN SELECT RAISE(ABORT, 'an estimate is never changed'); END;
CREATE TRIGGER figure_estimate_no_delete BEFORE DELETE ON figure_estimate BEGIN SELECT RAISE(ABORT, 'an estimate is never removed'); END;
