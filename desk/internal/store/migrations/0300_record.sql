CREATE TABLE source (
  id          TEXT PRIMARY KEY,
  key         TEXT NOT NULL UNIQUE, -- the id itself when nobody gave one
  name        TEXT NOT NULL,        -- pseudonym, or as published
  kind        TEXT NOT NULL,
  place       TEXT NOT NULL,
  reliability TEXT NOT NULL,
  origin      TEXT NOT NULL,        -- independence group
  named       INTEGER NOT NULL,
  safe        TEXT NOT NULL,
  received_us INTEGER NOT NULL
) STRICT;

-- What came, never changed: the words of a person lie sealed in the item's safe.
CREATE TABLE item (
  id          TEXT PRIMARY KEY,
  source      TEXT NOT NULL REFERENCES source (id),
  title       TEXT NOT NULL,
  material    TEXT NOT NULL,
  language    TEXT NOT NULL,
  dated       TEXT NOT NULL, -- EDTF
  received_us INTEGER NOT NULL,
  how         TEXT NOT NULL,
  consent     TEXT NOT NULL,
  words       TEXT NOT NULL,
  safe        TEXT NOT NULL,
  sealed      BLOB,
  by_member   TEXT NOT NULL
) STRICT;
CREATE INDEX item_source ON item (source, received_us);

CREATE TABLE incident (
  id         TEXT PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE,
  title      TEXT NOT NULL,
  place      TEXT NOT NULL,
  rough      INTEGER NOT NULL,
  span       TEXT NOT NULL, -- EDTF
  wave       TEXT NOT NULL,
  narrative  TEXT NOT NULL,
  historical INTEGER NOT NULL,
  by_member  TEXT NOT NULL,
  at_us      INTEGER NOT NULL
) STRICT;

CREATE TABLE deed (
  id          TEXT PRIMARY KEY,
  incident    TEXT NOT NULL REFERENCES incident (id),
  act         TEXT NOT NULL,
  attribution TEXT NOT NULL,
  motive      TEXT NOT NULL,
  by_member   TEXT NOT NULL,
  at_us       INTEGER NOT NULL,
  UNIQUE (incident, act)
) STRICT;

CREATE TABLE claim (
  id          TEXT PRIMARY KEY,
  key         TEXT NOT NULL UNIQUE,
  item        TEXT NOT NULL REFERENCES item (id),
  source      TEXT NOT NULL REFERENCES source (id),
  incident    TEXT NOT NULL, -- '' when it belongs to none
  locator     TEXT NOT NULL,
  status      TEXT NOT NULL,
  act         TEXT NOT NULL,
  counts      INTEGER NOT NULL,
  unit        TEXT NOT NULL,
  bound       TEXT NOT NULL,
  value       INTEGER NOT NULL,
  value_to    INTEGER NOT NULL,
  population  TEXT NOT NULL,
  verbatim    TEXT NOT NULL,
  translation TEXT NOT NULL,
  safe        TEXT NOT NULL,
  sealed      BLOB,
  hand        TEXT NOT NULL,
  asserted    TEXT NOT NULL, -- EDTF
  counted     TEXT NOT NULL, -- EDTF
  perpetrator TEXT NOT NULL,
  motive      TEXT NOT NULL,
  by_member   TEXT NOT NULL,
  at_us       INTEGER NOT NULL
) STRICT;
CREATE INDEX claim_item ON claim (item);
CREATE INDEX claim_source ON claim (source);
CREATE INDEX claim_incident ON claim (incident, status);

CREATE TABLE claim_link (
  claim     TEXT NOT NULL REFERENCES claim (id),
  kind      TEXT NOT NULL,
  target    TEXT NOT NULL REFERENCES claim (id),
  reason    TEXT NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  PRIMARY KEY (claim, kind, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_link_target ON claim_link (target);

CREATE TABLE judgement (
  seq         INTEGER PRIMARY KEY,
  claim       TEXT NOT NULL REFERENCES claim (id),
  credibility INTEGER NOT NULL,
  standing    TEXT NOT NULL,
  reason      TEXT NOT NULL,
  by_member   TEXT NOT NULL,
  at_us       INTEGER NOT NULL
) STRICT;
CREATE INDEX judgement_claim ON judgement (claim, seq);

CREATE TABLE statement (
  id        TEXT PRIMARY KEY,
  key       TEXT NOT NULL UNIQUE,
  source    TEXT NOT NULL,
  speaker   TEXT NOT NULL,
  kind      TEXT NOT NULL,
  dated     TEXT NOT NULL, -- EDTF
  quote     TEXT NOT NULL,
  summary   TEXT NOT NULL,
  also      TEXT NOT NULL, -- JSON list
  incident  TEXT NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;

CREATE TABLE statement_link (
  statement TEXT NOT NULL REFERENCES statement (id),
  kind      TEXT NOT NULL, -- contradicts, supports
  claim     TEXT NOT NULL REFERENCES claim (id),
  PRIMARY KEY (statement, kind, claim)
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_link_claim ON statement_link (claim);

CREATE TABLE finding (
  seq       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,
  deed      TEXT NOT NULL REFERENCES deed (id),
  proposed  TEXT NOT NULL,
  reasons   TEXT NOT NULL, -- JSON list
  decided   TEXT NOT NULL,
  standard  TEXT NOT NULL,
  reasoning TEXT NOT NULL,
  due       TEXT NOT NULL, -- day or ''
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_deed ON finding (deed, seq);

CREATE TABLE finding_review (
  seq       INTEGER PRIMARY KEY,
  finding   TEXT NOT NULL REFERENCES finding (id),
  agrees    INTEGER NOT NULL,
  note      TEXT NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_review_finding ON finding_review (finding, seq);

CREATE TABLE milestone (
  id       TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  dated    TEXT NOT NULL, -- EDTF
  event    TEXT NOT NULL,
  by_whom  TEXT NOT NULL, -- JSON list
  source   TEXT NOT NULL,
  result   INTEGER NOT NULL
) STRICT;

CREATE TABLE account (id TEXT PRIMARY KEY, incident TEXT NOT NULL, body TEXT NOT NULL) STRICT;

CREATE TABLE scenario_import (
  hash      TEXT PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;

-- What a source said is never changed and never removed, whoever asks. Erasure
-- destroys the keys of an item's safe; the row then says that something was there.
CREATE TRIGGER item_no_update BEFORE UPDATE ON item BEGIN SELECT RAISE(ABORT, 'an item is never changed'); END;
CREATE TRIGGER item_no_delete BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'an item is never removed'); END;
CREATE TRIGGER claim_no_update BEFORE UPDATE ON claim BEGIN SELECT RAISE(ABORT, 'a claim is never changed'); END;
CREATE TRIGGER claim_no_delete BEFORE DELETE ON claim BEGIN SELECT RAISE(ABORT, 'a claim is never removed'); END;
CREATE TRIGGER claim_link_no_update BEFORE UPDATE ON claim_link BEGIN SELECT RAISE(ABORT, 'a link is never changed'); END;
CREATE TRIGGER claim_link_no_delete BEFORE DELETE ON claim_link BEGIN SELECT RAISE(ABORT, 'a link is never removed'); END;
CREATE TRIGGER judgement_no_update BEFORE UPDATE ON judgement BEGIN SELECT RAISE(ABORT, 'a judgement is never changed'); END;
CREATE TRIGGER judgement_no_delete BEFORE DELETE ON judgement BEGIN SELECT RAISE(ABORT, 'a judgement is never removed'); END;
CREATE TRIGGER statement_no_update BEFORE UPDATE ON statement BEGIN SELECT RAISE(ABORT, 'a statement is never changed'); END;
CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement BEGIN SELECT RAISE(ABORT, 'a statement is never removed'); END;
CREATE TRIGGER finding_no_update BEFORE UPDATE ON finding BEGIN SELECT RAISE(ABORT, 'a finding is never changed'); END;
CREATE TRIGGER finding_no_delete BEFORE DELETE ON finding BEGIN SELECT RAISE(ABORT, 'a finding is never removed'); END;
