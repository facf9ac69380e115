-- Who: people, groups, organisations. Who a person really is lies sealed in the
-- party's own safe (party_name); here stand a pseudonym and what may be published.
CREATE TABLE party (
  id        TEXT PRIMARY KEY,
  version   INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  called    TEXT NOT NULL, -- pseudonym, or the name of an organisation
  names     TEXT NOT NULL, -- JSON list: an organisation's other names
  published TEXT NOT NULL, -- the name by which a person may be named; '' none
  why       TEXT NOT NULL, -- by what right
  low       INTEGER,       -- of a group
  best      INTEGER,
  high      INTEGER,
  note      TEXT NOT NULL,
  safe      TEXT NOT NULL,
  root      TEXT NOT NULL, -- the party under which it is read: itself, unless it was found to be the same
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX party_root ON party (root);
CREATE INDEX party_at ON party (at_us, id);

-- Sealed names, one row an edition; the bytes change only with the safe's key.
CREATE TABLE party_name (
  party     TEXT NOT NULL REFERENCES party (id),
  version   INTEGER NOT NULL,
  sealed    BLOB NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  PRIMARY KEY (party, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER party_name_no_update BEFORE UPDATE OF party, version, by_member, at_us ON party_name BEGIN SELECT RAISE(ABORT, 'a sealed name is never changed'); END;
CREATE TRIGGER party_name_no_delete BEFORE DELETE ON party_name BEGIN SELECT RAISE(ABORT, 'a sealed name is never removed'); END;

-- What was decided about two parties: the same, or not. The last one holds.
CREATE TABLE party_same (
  seq       INTEGER PRIMARY KEY,
  one       TEXT NOT NULL REFERENCES party (id),
  other     TEXT NOT NULL REFERENCES party (id),
  same      INTEGER NOT NULL,
  reason    TEXT NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX party_same_one ON party_same (one);
CREATE INDEX party_same_other ON party_same (other);
CREATE TRIGGER party_same_no_update BEFORE UPDATE ON party_same BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER party_same_no_delete BEFORE DELETE ON party_same BEGIN SELECT RAISE(ABORT, 'a decision is never removed'); END;

-- An act: one thing that was done, at one time and place, within an incident.
CREATE TABLE act (
  id        TEXT PRIMARY KEY,
  version   INTEGER NOT NULL,
  incident  TEXT NOT NULL REFERENCES incident (id),
  code      TEXT NOT NULL, -- of list 4
  title     TEXT NOT NULL,
  dated     TEXT NOT NULL, -- EDTF
  first     TEXT NOT NULL, -- day or '': of dated
  last      TEXT NOT NULL,
  place     TEXT NOT NULL,
  method    TEXT NOT NULL,
  status    TEXT NOT NULL, -- of those to whom it was done, at its end
  motive    TEXT NOT NULL,
  withdrawn INTEGER NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX act_incident ON act (incident, first);
CREATE INDEX act_code ON act (code, first);

-- Who had what part in an act, and the claims on which that rests.
CREATE TABLE involvement (
  id        TEXT PRIMARY KEY,
  version   INTEGER NOT NULL,
  act       TEXT NOT NULL REFERENCES act (id),
  party     TEXT NOT NULL REFERENCES party (id),
  role      TEXT NOT NULL,
  degree    TEXT NOT NULL,
  capacity  TEXT NOT NULL,
  claims    TEXT NOT NULL, -- JSON list
  withdrawn INTEGER NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX involvement_act ON involvement (act);
CREATE INDEX involvement_party ON involvement (party);

CREATE TABLE relation (
  id        TEXT PRIMARY KEY,
  version   INTEGER NOT NULL,
  one       TEXT NOT NULL REFERENCES party (id),
  kind      TEXT NOT NULL,
  other     TEXT NOT NULL REFERENCES party (id),
  since     TEXT NOT NULL, -- EDTF
  until     TEXT NOT NULL,
  first     TEXT NOT NULL, -- the earliest day; '' not known
  last      TEXT NOT NULL, -- the latest day; '' not known
  capacity  TEXT NOT NULL,
  claims    TEXT NOT NULL,
  withdrawn INTEGER NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX relation_one ON relation (one);
CREATE INDEX relation_other ON relation (other);

CREATE TRIGGER party_no_delete BEFORE DELETE ON party BEGIN SELECT RAISE(ABORT, 'a party is never removed'); END;
CREATE TRIGGER act_no_delete BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'an act is never removed'); END;
CREATE TRIGGER involvement_no_delete BEFORE DELETE ON involvement BEGIN SELECT RAISE(ABORT, 'an involvement is never removed'); END;
CREATE TRIGGER relation_no_delete BEFORE DELETE ON relation BEGIN SELECT RAISE(ABORT, 'a relation is never removed'); END;

-- Stems of plain names and places, by which parties, incidents and acts are found.
CREATE TABLE look_word (
  kind    TEXT NOT NULL, -- party, place
  word    TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (kind, word, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX look_word_subject ON look_word (subject, kind);
