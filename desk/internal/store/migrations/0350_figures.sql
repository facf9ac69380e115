CREATE TABLE figure (
  id         TEXT PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE,
  status     TEXT NOT NULL,
  unit       TEXT NOT NULL,
  population TEXT NOT NULL,
  incident   TEXT NOT NULL,
  area       TEXT NOT NULL,
  span       TEXT NOT NULL, -- EDTF
  running    INTEGER NOT NULL,
  basis      TEXT NOT NULL,
  by_member  TEXT NOT NULL,
  at_us      INTEGER NOT NULL,
  UNIQUE (incident, status, unit, population, area, span)
) STRICT;

-- What was said when, never changed. A missing bound is NULL: it is not zero.
CREATE TABLE reckoning (
  id        TEXT PRIMARY KEY,
  figure    TEXT NOT NULL REFERENCES figure (id),
  seq       INTEGER NOT NULL,
  as_of     TEXT NOT NULL, -- day
  low       INTEGER,
  best      INTEGER,
  high      INTEGER,
  basis     TEXT NOT NULL,
  detail    TEXT NOT NULL, -- JSON: rules, uses, denials
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  UNIQUE (figure, seq)
) STRICT;

CREATE TABLE reckoning_review (
  reckoning TEXT PRIMARY KEY REFERENCES reckoning (id),
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE exclusion (
  seq       INTEGER PRIMARY KEY,
  figure    TEXT NOT NULL REFERENCES figure (id),
  claim     TEXT NOT NULL REFERENCES claim (id),
  out       INTEGER NOT NULL,
  reason    TEXT NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX exclusion_figure ON exclusion (figure, seq);

CREATE TRIGGER reckoning_no_update BEFORE UPDATE ON reckoning BEGIN SELECT RAISE(ABORT, 'a reckoning is never changed'); END;
CREATE TRIGGER reckoning_no_delete BEFORE DELETE ON reckoning BEGIN SELECT RAISE(ABORT, 'a reckoning is never removed'); END;
CREATE TRIGGER reckoning_review_no_update BEFORE UPDATE ON reckoning_review BEGIN SELECT RAISE(ABORT, 'a review is never changed'); END;
CREATE TRIGGER exclusion_no_update BEFORE UPDATE ON exclusion BEGIN SELECT RAISE(ABORT, 'an exclusion is never changed'); END;
CREATE TRIGGER exclusion_no_delete BEFORE DELETE ON exclusion BEGIN SELECT RAISE(ABORT, 'an exclusion is never removed'); END;
