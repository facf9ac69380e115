-- Submissions to bodies of nations, courts and prosecutors. Which body and when
-- stand open; names, facts and the package lie in the submission's own safe.
CREATE TABLE submission (
  id        TEXT PRIMARY KEY,
  procedure TEXT NOT NULL,
  edition   TEXT NOT NULL,
  incident  TEXT NOT NULL, -- of the record, or ''
  author    TEXT NOT NULL,
  last      TEXT NOT NULL, -- who changed it last: cannot file it
  at_us     INTEGER NOT NULL,
  revision  INTEGER NOT NULL,
  sealed    BLOB NOT NULL,
  filed     INTEGER NOT NULL,
  filed_us  INTEGER NOT NULL,
  filed_by  TEXT NOT NULL,
  due       TEXT NOT NULL,
  digest    TEXT NOT NULL,
  package   BLOB
) STRICT;
CREATE INDEX submission_at ON submission (at_us);
-- After filing only the safe's key may change, never what was filed.
CREATE TRIGGER submission_filed BEFORE UPDATE ON submission
  WHEN old.filed = 1 AND (new.filed <> 1 OR new.digest <> old.digest OR new.revision <> old.revision OR new.filed_us <> old.filed_us OR new.procedure <> old.procedure OR new.edition <> old.edition)
BEGIN SELECT RAISE(ABORT, 'what was filed is never changed'); END;
