-- Why an ask was noted by mistake; empty: it stands.
ALTER TABLE campaign_ask ADD COLUMN withdrawn TEXT NOT NULL DEFAULT '';
