-- Cases whose consents to be named were perhaps noted before their last days stood under
-- the clock: somebody who can open one brings them under it, once.
CREATE TABLE consent_unclocked (file TEXT PRIMARY KEY REFERENCES case_file (id) ON DELETE CASCADE) STRICT, WITHOUT ROWID;
INSERT INTO consent_unclocked (file) SELECT id FROM case_file WHERE EXISTS (SELECT 1 FROM safe_grant WHERE safe = case_file.id);
