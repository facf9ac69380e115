-- Opinions of clinicians and forensic experts. Which form, who wrote it and when
-- stand plainly; whom it is about and every word lie in the opinion's own safe.
CREATE TABLE opinion (
  id       TEXT PRIMARY KEY,
  form     TEXT NOT NULL,
  edition  TEXT NOT NULL, -- of the form
  author   TEXT NOT NULL,
  at_us    INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  signed   INTEGER NOT NULL,
  sealed   BLOB NOT NULL
) STRICT;

CREATE TABLE opinion_edition (
  opinion TEXT NOT NULL REFERENCES opinion (id),
  number  INTEGER NOT NULL,
  by_member TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  digest  TEXT NOT NULL,
  note    BLOB NOT NULL,
  sealed  BLOB NOT NULL,
  PRIMARY KEY (opinion, number)
) STRICT;
CREATE TRIGGER opinion_edition_no_update BEFORE UPDATE OF opinion, number, by_member, at_us, digest, note ON opinion_edition
BEGIN SELECT RAISE(ABORT, 'a signed edition is never changed'); END;
CREATE TRIGGER opinion_edition_no_delete BEFORE DELETE ON opinion_edition BEGIN SELECT RAISE(ABORT, 'a signed edition is never removed'); END;
