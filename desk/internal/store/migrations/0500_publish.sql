CREATE TABLE edition (
  id           TEXT PRIMARY KEY,
  slug         TEXT NOT NULL,
  number       INTEGER NOT NULL,
  state        TEXT NOT NULL,
  report       TEXT NOT NULL, -- JSON of publish.Report
  revision     INTEGER NOT NULL,
  digest       TEXT NOT NULL, -- of the rendered files: what is approved
  authors      TEXT NOT NULL, -- member ids with commas, first the one who began
  published_us INTEGER NOT NULL DEFAULT 0,
  serial       INTEGER NOT NULL DEFAULT 0,
  why          TEXT NOT NULL DEFAULT '',
  UNIQUE (slug, number)
) STRICT;
CREATE UNIQUE INDEX edition_draft ON edition (slug) WHERE state = 'draft';

CREATE TABLE edition_approval (
  edition TEXT NOT NULL REFERENCES edition (id),
  member  TEXT NOT NULL,
  digest  TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (edition, member, digest)
) STRICT, WITHOUT ROWID;

-- What is public now, byte for byte.
CREATE TABLE public_file (
  path    TEXT PRIMARY KEY,
  edition TEXT NOT NULL REFERENCES edition (id),
  place   INTEGER NOT NULL, -- among the edition's files
  lang    TEXT NOT NULL,
  type    TEXT NOT NULL,
  body    BLOB NOT NULL
) STRICT;
CREATE TABLE public_serial (one INTEGER PRIMARY KEY CHECK (one = 1), serial INTEGER NOT NULL) STRICT;

-- The leak guard's terms: no plaintext, only keyed fingerprints. The key is the
-- setting "guard-key". The owner is the safe in which the identity itself lies.
CREATE TABLE guard_term (
  id     INTEGER PRIMARY KEY,
  owner  TEXT NOT NULL,
  kind   TEXT NOT NULL,
  digest BLOB NOT NULL,
  UNIQUE (owner, kind, digest)
) STRICT;
CREATE TABLE guard_mark (
  term     INTEGER NOT NULL REFERENCES guard_term (id) ON DELETE CASCADE,
  part     INTEGER NOT NULL,
  strength INTEGER NOT NULL,
  print    BLOB NOT NULL
) STRICT;
CREATE INDEX guard_mark_of ON guard_mark (term);
CREATE TABLE guard_removed (one INTEGER PRIMARY KEY CHECK (one = 1), times INTEGER NOT NULL) STRICT;

-- A consent lifts exactly its own hits: one owner, one kind of term, one class of readers.
CREATE TABLE guard_consent (
  owner     TEXT NOT NULL,
  kind      TEXT NOT NULL,
  class     TEXT NOT NULL, -- public, government, partner
  consent   TEXT NOT NULL, -- the consent's id in its own room
  until_day TEXT NOT NULL, -- '': until withdrawn
  PRIMARY KEY (owner, kind, class, consent)
) STRICT, WITHOUT ROWID;

-- A decision of the security officer lifts one term in one text.
CREATE TABLE guard_decision (
  subject TEXT NOT NULL,
  term    INTEGER NOT NULL,
  reason  TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (subject, term)
) STRICT, WITHOUT ROWID;
