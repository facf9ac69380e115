-- The claims about one act in the order in which they are shown: of very many only the first are read.
DROP INDEX claim_act;
CREATE INDEX claim_act ON claim (incident, act, asserted, at_us);
