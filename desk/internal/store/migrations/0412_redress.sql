-- What was demanded, followed to its end. Kind, stage and how many people stand
-- plainly; who, where, against whom and in what words lies in the matter's own safe.
CREATE TABLE redress_matter (
  id        TEXT PRIMARY KEY,
  campaign  TEXT NOT NULL REFERENCES campaign (id),
  kind      TEXT NOT NULL,
  form      TEXT NOT NULL,
  incident  TEXT NOT NULL,
  people    INTEGER NOT NULL,
  stage     TEXT NOT NULL,
  since     TEXT NOT NULL,
  confirmed INTEGER NOT NULL,
  author    TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  revision  INTEGER NOT NULL,
  sealed    BLOB NOT NULL
) STRICT;
CREATE INDEX redress_matter_of ON redress_matter (campaign, kind, at_us);
