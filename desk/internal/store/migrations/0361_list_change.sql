-- What people said of a list after it came: how a column is to be understood, and
-- that the list is left out. The last word counts; none is changed.
CREATE TABLE study_word (
  id        TEXT PRIMARY KEY,
  study     TEXT NOT NULL REFERENCES study (id),
  list      TEXT NOT NULL REFERENCES study_list (id),
  sealed    BLOB NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL
) STRICT;

CREATE INDEX study_word_study ON study_word (study);
