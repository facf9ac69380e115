-- What was taken back from the public because somebody whom it named did not agree any
-- longer. It says what happened to which publication, never whom it concerned.
CREATE TABLE taken_back (
  id      TEXT PRIMARY KEY,
  subject TEXT NOT NULL, -- an edition, or a petition
  what    TEXT NOT NULL, -- 'name', 'page', 'draft', 'petition'
  at_us   INTEGER NOT NULL,
  seen_by TEXT NOT NULL DEFAULT '',
  seen_us INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX taken_back_open ON taken_back (at_us) WHERE seen_by = '';
CREATE INDEX guard_consent_end ON guard_consent (until_day) WHERE until_day <> '';
