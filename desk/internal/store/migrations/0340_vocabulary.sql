-- Terms of the imported base layer and of the team; the product's own are code.
CREATE TABLE term (
  list   TEXT NOT NULL,
  code   TEXT NOT NULL,
  name   TEXT NOT NULL, -- of the list
  parent TEXT NOT NULL,
  layer  TEXT NOT NULL,
  names  TEXT NOT NULL, -- JSON: by language
  place  INTEGER NOT NULL,
  since  TEXT NOT NULL, -- day or ''
  until  TEXT NOT NULL, -- day or ''
  PRIMARY KEY (list, code)
) STRICT, WITHOUT ROWID;

-- Under which codes an incident or a deed is filed: opinion, which may be taken off.
CREATE TABLE coding (
  subject   TEXT NOT NULL,
  list      TEXT NOT NULL,
  code      TEXT NOT NULL,
  note      TEXT NOT NULL,
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  PRIMARY KEY (subject, list, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX coding_code ON coding (list, code);
