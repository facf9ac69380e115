-- When things of the record were, for the timeline: the first and the last day that
-- their date can mean. Open ends are 0000-01-01 and 9999-12-31; '' is not known.
CREATE TABLE dated (
  subject  TEXT PRIMARY KEY,
  kind     TEXT NOT NULL, -- incident, act, statement, finding
  incident TEXT NOT NULL,
  code     TEXT NOT NULL, -- of an act or finding, list 4
  first    TEXT NOT NULL,
  last     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX dated_first ON dated (first, subject, last, kind);
CREATE INDEX dated_kind ON dated (kind, first, subject, last);
CREATE INDEX dated_code ON dated (code, first, subject, last) WHERE code <> '';
CREATE INDEX dated_incident ON dated (incident, first, subject);
CREATE TABLE dated_filled (one INTEGER PRIMARY KEY) STRICT;
