-- That an opinion is about somebody of a case is said by a caseworker; who can open the
-- opinion agrees or says no. An erasure takes what they agreed to at once, and what
-- nobody answered when the time for an answer is over. Those bound before are asked, too.
ALTER TABLE opinion ADD COLUMN bond TEXT NOT NULL DEFAULT '';         -- hash of a word that stands in the case's safe alone
ALTER TABLE opinion ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE opinion ADD COLUMN asked_us INTEGER NOT NULL DEFAULT 0;   -- 0, and bound: the clock sets it
ALTER TABLE opinion ADD COLUMN agreed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE opinion ADD COLUMN ends_us INTEGER NOT NULL DEFAULT 0;    -- its case was erased, and it ends then
