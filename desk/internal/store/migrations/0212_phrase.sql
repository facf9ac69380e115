-- Keyed fingerprints of the signs that were agreed for check-ins, so that a message
-- which is such a sign is known for one while the case is closed to its reader.
CREATE TABLE case_phrase (
  checkin TEXT NOT NULL REFERENCES case_checkin (id),
  duress  INTEGER NOT NULL,
  print   BLOB NOT NULL,
  PRIMARY KEY (checkin, duress)
) STRICT, WITHOUT ROWID;
