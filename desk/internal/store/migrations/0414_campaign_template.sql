-- Templates of letters, for each campaign and language. What stood before is kept.
CREATE TABLE campaign_template (
  campaign TEXT NOT NULL REFERENCES campaign (id),
  lang     TEXT NOT NULL,
  number   INTEGER NOT NULL,
  subject  TEXT NOT NULL,
  body     TEXT NOT NULL,
  demands  TEXT NOT NULL, -- JSON: the words of each demand in this language
  by_whom  TEXT NOT NULL,
  at_us    INTEGER NOT NULL,
  PRIMARY KEY (campaign, lang, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER campaign_template_kept BEFORE UPDATE ON campaign_template
BEGIN SELECT RAISE(ABORT, 'a template is never changed'); END;
CREATE TRIGGER campaign_template_stays BEFORE DELETE ON campaign_template
BEGIN SELECT RAISE(ABORT, 'a template is never removed'); END;
