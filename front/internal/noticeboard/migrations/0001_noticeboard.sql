-- Only what is public: signed key bundles, every one ever posted, and signed pages.

CREATE TABLE key_note (
  channel TEXT NOT NULL,
  serial  INTEGER NOT NULL,
  note    TEXT NOT NULL,
  PRIMARY KEY (channel, serial)
) STRICT, WITHOUT ROWID;

CREATE TABLE manifest (
  organisation TEXT NOT NULL PRIMARY KEY,
  serial       INTEGER NOT NULL,
  note         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE page (
  organisation TEXT NOT NULL REFERENCES manifest (organisation) ON DELETE CASCADE,
  path         TEXT NOT NULL,
  body         BLOB NOT NULL,
  PRIMARY KEY (organisation, path)
) STRICT, WITHOUT ROWID;
