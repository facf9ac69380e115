-- The words of papers that people sign, as the organisation wrote them. Nothing of anybody.
CREATE TABLE case_form_text (
  kind    TEXT NOT NULL,
  lang    TEXT NOT NULL,
  version INTEGER NOT NULL,
  title   TEXT NOT NULL,
  words   TEXT NOT NULL,
  by      TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (kind, lang, version)
) STRICT, WITHOUT ROWID;
