-- Who said what became of a promise, and who confirmed it: in public it is open until two
-- people say so. Of those settled before nobody knows who did; one of the team confirms.
ALTER TABLE campaign_promise ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign_promise ADD COLUMN second TEXT NOT NULL DEFAULT '';
