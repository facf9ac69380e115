-- Letters by e-mail. Addresses are those of offices, never of people in danger.
ALTER TABLE campaign_target ADD COLUMN email TEXT NOT NULL DEFAULT '';

-- What came back by e-mail to a letter of ours: a person grades it.
CREATE TABLE campaign_mail (
  id       TEXT PRIMARY KEY, -- names the mail's bytes: the same mail fetched again is the same
  campaign TEXT NOT NULL REFERENCES campaign (id),
  letter   TEXT NOT NULL REFERENCES campaign_letter (id),
  target   TEXT NOT NULL REFERENCES campaign_target (id),
  found_by TEXT NOT NULL,    -- reference, address
  kind     TEXT NOT NULL,    -- answer, machine, bounce
  sender   TEXT NOT NULL,
  subject  TEXT NOT NULL,
  words    TEXT NOT NULL,
  hash     TEXT NOT NULL,    -- SHA-256 of the mail as it came
  file     TEXT NOT NULL,    -- JSON: the manifest of the whole mail in the vault
  at_us    INTEGER NOT NULL,
  settled  TEXT NOT NULL,    -- member who dealt with it
  response TEXT NOT NULL     -- what it became; empty: nothing
) STRICT;
CREATE INDEX campaign_mail_of ON campaign_mail (campaign, at_us);
