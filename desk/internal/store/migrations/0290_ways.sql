-- What a case must be thought of in time: opaque ids, a word of what it is, and two
-- times. Who, where and for what lies sealed in the case.
CREATE TABLE case_reminder (
  file    TEXT NOT NULL REFERENCES case_file (id),
  item    TEXT NOT NULL,
  what    TEXT NOT NULL,    -- appointment, deadline, step, paper
  from_us INTEGER NOT NULL, -- from when it waits for somebody
  due_us  INTEGER NOT NULL,
  PRIMARY KEY (file, item, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_reminder_from ON case_reminder (from_us);

-- Ways into a country: knowledge, and nothing of anybody. Editions are only appended.
CREATE TABLE pathway (
  id      TEXT NOT NULL,
  version INTEGER NOT NULL,
  body    TEXT NOT NULL,
  by      TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER pathway_stays BEFORE UPDATE ON pathway
BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END;

-- How many places of an offer are kept for somebody, and how many are taken. What is
-- offered, by whom and how many lies sealed in the offer's own safe.
CREATE TABLE offer_use (
  offer TEXT PRIMARY KEY,
  held  INTEGER NOT NULL CHECK (held >= 0),
  taken INTEGER NOT NULL CHECK (taken >= 0)
) STRICT, WITHOUT ROWID;

-- What of an offer may be told to anybody: only offers that a government made in
-- public, and only after a second person has looked at what proves it.
CREATE TABLE offer_public (
  offer    TEXT PRIMARY KEY,
  target   TEXT NOT NULL,   -- of a campaign; '': none
  country  TEXT NOT NULL,
  places   INTEGER NOT NULL,
  since    TEXT NOT NULL,
  evidence TEXT NOT NULL,
  author   TEXT NOT NULL,
  second   TEXT NOT NULL,
  CHECK (second <> '' AND second <> author AND evidence <> '')
) STRICT, WITHOUT ROWID;
CREATE INDEX offer_public_target ON offer_public (target);
