-- What is said in public about the crisis: statements and press, for people to read.
CREATE TABLE reaction_source (
  id        TEXT PRIMARY KEY,
  name      TEXT NOT NULL,
  url       TEXT NOT NULL UNIQUE,
  paused    INTEGER NOT NULL,
  looked_us INTEGER NOT NULL,
  trouble   TEXT NOT NULL,
  by_whom   TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE TABLE reaction (
  id       TEXT PRIMARY KEY,
  source   TEXT NOT NULL, -- '': a member put it in
  key      TEXT NOT NULL,
  way      TEXT NOT NULL,
  url      TEXT NOT NULL,
  title    TEXT NOT NULL,
  words    TEXT NOT NULL,
  speaker  TEXT NOT NULL,
  day      TEXT NOT NULL,
  at_us    INTEGER NOT NULL,
  by_whom  TEXT NOT NULL,
  tone     TEXT NOT NULL, -- '': nobody has read it
  harms    TEXT NOT NULL, -- with commas
  note     TEXT NOT NULL,
  decision TEXT NOT NULL,
  reply    TEXT NOT NULL,
  reader   TEXT NOT NULL,
  read_us  INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  UNIQUE (source, key)
) STRICT;
CREATE INDEX reaction_at ON reaction (at_us);
