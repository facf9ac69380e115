-- Campaigns that are begun and corrected on pages. Nothing here names a person in
-- danger: the leak guard reads each text before it is kept.
ALTER TABLE campaign_demand ADD COLUMN since TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign_demand ADD COLUMN ended TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign_target ADD COLUMN counterpart TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign_target ADD COLUMN offices TEXT NOT NULL DEFAULT '[]';  -- JSON of campaign.Office
ALTER TABLE campaign_target ADD COLUMN contacts TEXT NOT NULL DEFAULT '[]'; -- JSON of campaign.Contact

-- What stood before a correction is kept.
CREATE TABLE campaign_edition (
  campaign TEXT NOT NULL REFERENCES campaign (id),
  subject  TEXT NOT NULL, -- the campaign, a demand or a target
  number   INTEGER NOT NULL,
  body     TEXT NOT NULL, -- JSON
  why      TEXT NOT NULL,
  by_whom  TEXT NOT NULL, -- member; '': it came with a file
  at_us    INTEGER NOT NULL,
  PRIMARY KEY (subject, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_edition_of ON campaign_edition (campaign);
CREATE TRIGGER campaign_edition_kept BEFORE UPDATE ON campaign_edition
BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END;
CREATE TRIGGER campaign_edition_stays BEFORE DELETE ON campaign_edition
BEGIN SELECT RAISE(ABORT, 'an edition is never removed'); END;

-- Who does what next.
CREATE TABLE campaign_task (
  id       TEXT PRIMARY KEY,
  campaign TEXT NOT NULL REFERENCES campaign (id),
  what     TEXT NOT NULL,
  who      TEXT NOT NULL,
  due      TEXT NOT NULL,
  demand   TEXT NOT NULL,
  target   TEXT NOT NULL,
  done     TEXT NOT NULL,
  done_by  TEXT NOT NULL,
  outcome  TEXT NOT NULL,
  by_whom  TEXT NOT NULL
) STRICT;
CREATE INDEX campaign_task_of ON campaign_task (campaign);
