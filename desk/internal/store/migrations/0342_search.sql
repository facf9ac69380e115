-- What can be found, and the words by which it is found: folded and cut to stems
-- by Go, so that every script goes by the same rules. Nothing that is sealed is here.
CREATE TABLE found (
  doc      INTEGER PRIMARY KEY,
  subject  TEXT NOT NULL UNIQUE,
  kind     TEXT NOT NULL,
  incident TEXT NOT NULL,
  act      TEXT NOT NULL,
  source   TEXT NOT NULL,
  year     TEXT NOT NULL -- of its date, or ''
) STRICT;
CREATE INDEX found_kind ON found (kind, act);
CREATE INDEX found_incident ON found (incident);
CREATE VIRTUAL TABLE found_words USING fts5(words, content='', tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'");
CREATE TABLE found_filled (one INTEGER PRIMARY KEY) STRICT;
