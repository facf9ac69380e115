-- Travel packs: who took cases along, until when, and what came home. Which cases
-- and places lie in a pack stands plainly, so that it can be known whom a lost
-- laptop touches while every safe is closed. Why, and the journal's keys, are sealed.
CREATE TABLE travel_pack (
  id          TEXT PRIMARY KEY,
  member      TEXT NOT NULL,
  made_us     INTEGER NOT NULL,
  until_us    INTEGER NOT NULL,
  needs       INTEGER NOT NULL, -- a second person
  second      TEXT NOT NULL DEFAULT '',
  answered_us INTEGER NOT NULL DEFAULT 0,
  yes         INTEGER NOT NULL DEFAULT 0,
  fetched     INTEGER NOT NULL DEFAULT 0,
  ended_us    INTEGER NOT NULL DEFAULT 0,
  ending      TEXT NOT NULL DEFAULT '', -- unused, home, lost
  erased      INTEGER NOT NULL DEFAULT 0 -- cases of it that were erased since
) STRICT;
CREATE INDEX travel_pack_member ON travel_pack (member, made_us);

CREATE TABLE travel_carried (
  pack    TEXT NOT NULL REFERENCES travel_pack (id),
  subject TEXT NOT NULL, -- a case or a place
  PRIMARY KEY (pack, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX travel_carried_subject ON travel_carried (subject);

-- One entry of a journal that came home; what waits for a person is sealed in the pack's safe.
CREATE TABLE travel_entry (
  id      TEXT PRIMARY KEY, -- a keyed digest of the entry: the same one is the same row
  pack    TEXT NOT NULL REFERENCES travel_pack (id),
  number  INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  came_us INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  file    TEXT NOT NULL, -- '': gone
  item    TEXT NOT NULL,
  by      TEXT NOT NULL
) STRICT;
CREATE INDEX travel_entry_pack ON travel_entry (pack, number);
CREATE INDEX travel_entry_file ON travel_entry (file) WHERE file <> '';
