-- The gazetteer that a team loaded: places of the world, nothing of anybody.
CREATE TABLE place (
  id         INTEGER PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE, -- what its file calls it
  name       TEXT NOT NULL,
  names      TEXT NOT NULL,        -- in other scripts and spellings, after commas
  country    TEXT NOT NULL,
  kind       TEXT NOT NULL,        -- feature code of GeoNames, or a word
  lat        REAL NOT NULL,
  lon        REAL NOT NULL,
  population INTEGER NOT NULL,
  reach      INTEGER NOT NULL      -- metres around the point that belong to it
) STRICT;
CREATE INDEX place_people ON place (population, lat, lon);
CREATE TABLE place_word (
  word  TEXT NOT NULL,
  place INTEGER NOT NULL REFERENCES place (id),
  PRIMARY KEY (word, place)
) STRICT, WITHOUT ROWID;

-- Where an incident or an act was, as somebody put it on the map. Coordinates are
-- kept no finer than three decimals: a hundred metres.
CREATE TABLE spot (
  subject   TEXT PRIMARY KEY,
  version   INTEGER NOT NULL,
  place     TEXT NOT NULL, -- key in the gazetteer, or ''
  name      TEXT NOT NULL,
  lat       REAL NOT NULL,
  lon       REAL NOT NULL,
  within    INTEGER NOT NULL, -- metres: how exactly it is known
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spot_where ON spot (lat, lon, subject);
