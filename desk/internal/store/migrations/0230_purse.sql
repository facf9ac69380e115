-- What was spent, in cells. Nothing here names a case, a person, a member or a day,
-- and rows lie in the order of their key, not in the order in which they came.
CREATE TABLE purse_sum (
  month    TEXT NOT NULL,
  line     TEXT NOT NULL,
  currency TEXT NOT NULL,
  grant_id TEXT NOT NULL,    -- '': none
  country  TEXT NOT NULL,    -- '': not said
  priced   INTEGER NOT NULL, -- there was a rate
  minor    INTEGER NOT NULL, -- in the currency
  base     INTEGER NOT NULL, -- in the organisation's own
  granted  INTEGER NOT NULL, -- in the grant's
  proven   INTEGER NOT NULL, -- of base: with a receipt
  n        INTEGER NOT NULL,
  PRIMARY KEY (month, line, currency, grant_id, country, priced)
) STRICT, WITHOUT ROWID;

-- How many people, in cells.
CREATE TABLE purse_head (
  what     TEXT NOT NULL,
  span     TEXT NOT NULL,
  line     TEXT NOT NULL,
  grant_id TEXT NOT NULL,
  n        INTEGER NOT NULL,
  PRIMARY KEY (what, span, line, grant_id)
) STRICT, WITHOUT ROWID;

-- Rates are only appended: the last one of a day holds.
CREATE TABLE purse_rate (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  id       TEXT NOT NULL UNIQUE, -- from the form: sent twice is once
  currency TEXT NOT NULL,
  day      TEXT NOT NULL,
  rate     TEXT NOT NULL, -- units of the own currency for one unit, as written
  source   TEXT NOT NULL,
  by       TEXT NOT NULL,
  at_us    INTEGER NOT NULL
) STRICT;
CREATE INDEX purse_rate_day ON purse_rate (currency, day, seq);
CREATE TRIGGER purse_rate_stays BEFORE UPDATE ON purse_rate
BEGIN SELECT RAISE(ABORT, 'a rate is never changed'); END;

-- Editions of grants, only appended.
CREATE TABLE purse_grant (
  id      TEXT NOT NULL,
  version INTEGER NOT NULL,
  body    TEXT NOT NULL,
  by      TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

-- What changes only by two people: limits, and the organisation's own bills over them.
CREATE TABLE purse_motion (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL UNIQUE,
  kind       TEXT NOT NULL, -- limits, bill
  body       TEXT NOT NULL,
  by         TEXT NOT NULL,
  at_us      INTEGER NOT NULL,
  second     INTEGER NOT NULL, -- needs a second person
  decided_by TEXT NOT NULL,    -- '': waits
  decided_us INTEGER NOT NULL,
  yes        INTEGER NOT NULL
) STRICT;
