-- Nothing here is a person in danger: targets are governments, institutions and
-- officials in office. What an answer amounts to on the board is never stored.
CREATE TABLE campaign (
  id       TEXT PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,
  title_en TEXT NOT NULL,
  title_ru TEXT NOT NULL,
  by_whom  TEXT NOT NULL,
  as_of    TEXT NOT NULL
) STRICT;

CREATE TABLE campaign_demand (
  id       TEXT PRIMARY KEY,
  campaign TEXT NOT NULL REFERENCES campaign (id),
  key      TEXT NOT NULL,
  text_en  TEXT NOT NULL,
  text_ru  TEXT NOT NULL,
  through  TEXT NOT NULL,
  basis    TEXT NOT NULL, -- JSON of campaign.Basis: frozen, never queried
  place    INTEGER NOT NULL,
  UNIQUE (campaign, key)
) STRICT;

CREATE TABLE campaign_target (
  id       TEXT PRIMARY KEY,
  campaign TEXT NOT NULL REFERENCES campaign (id),
  kind     TEXT NOT NULL,
  number   INTEGER NOT NULL,
  name_en  TEXT NOT NULL,
  name_ru  TEXT NOT NULL,
  lang     TEXT NOT NULL,
  address  TEXT NOT NULL,
  UNIQUE (campaign, kind, number)
) STRICT;

CREATE TABLE campaign_ask (
  id       TEXT PRIMARY KEY,
  campaign TEXT NOT NULL REFERENCES campaign (id),
  demand   TEXT NOT NULL REFERENCES campaign_demand (id),
  target   TEXT NOT NULL REFERENCES campaign_target (id),
  way      TEXT NOT NULL,
  sent     TEXT NOT NULL,
  deadline TEXT NOT NULL,
  by_whom  TEXT NOT NULL,
  letter   TEXT NOT NULL,
  note     TEXT NOT NULL
) STRICT;
CREATE INDEX campaign_ask_of ON campaign_ask (campaign);

CREATE TABLE campaign_response (
  id        TEXT PRIMARY KEY,
  campaign  TEXT NOT NULL REFERENCES campaign (id),
  demand    TEXT NOT NULL REFERENCES campaign_demand (id),
  target    TEXT NOT NULL REFERENCES campaign_target (id),
  state     TEXT NOT NULL,
  day       TEXT NOT NULL,
  evidence  TEXT NOT NULL,
  words_en  TEXT NOT NULL,
  words_ru  TEXT NOT NULL,
  author    TEXT NOT NULL,
  second    TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  withdrawn TEXT NOT NULL
) STRICT;
CREATE INDEX campaign_response_of ON campaign_response (campaign);

CREATE TABLE campaign_promise (
  id       TEXT PRIMARY KEY,
  campaign TEXT NOT NULL REFERENCES campaign (id),
  response TEXT NOT NULL REFERENCES campaign_response (id),
  what_en  TEXT NOT NULL,
  what_ru  TEXT NOT NULL,
  due      TEXT NOT NULL,
  outcome  TEXT NOT NULL,
  evidence TEXT NOT NULL
) STRICT;
CREATE INDEX campaign_promise_of ON campaign_promise (campaign);

CREATE TABLE campaign_letter (
  id        TEXT PRIMARY KEY,
  campaign  TEXT NOT NULL REFERENCES campaign (id),
  target    TEXT NOT NULL REFERENCES campaign_target (id),
  lang      TEXT NOT NULL,
  day       TEXT NOT NULL,
  author    TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  revision  INTEGER NOT NULL,
  sent      INTEGER NOT NULL,
  digest    TEXT NOT NULL, -- SHA-256 of the text that was sent
  body      TEXT NOT NULL, -- JSON of the letter's words
  pdf       BLOB
) STRICT;
CREATE INDEX campaign_letter_of ON campaign_letter (campaign, at_us);
CREATE TRIGGER campaign_letter_sent BEFORE UPDATE ON campaign_letter WHEN old.sent = 1
BEGIN SELECT RAISE(ABORT, 'a letter that was sent is never changed'); END;

CREATE TABLE campaign_import (hash TEXT PRIMARY KEY, at_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
