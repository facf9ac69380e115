-- Cases, parties and sources whose facts the leak guard still has to be told: all that
-- are here when the fingerprints of facts are kept again after they were off, and those
-- that were written before the guard knew of facts. Who can open one tells it.
CREATE TABLE guard_lack (owner TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO guard_lack (owner)
  SELECT id FROM case_file WHERE EXISTS (SELECT 1 FROM safe_grant WHERE safe = case_file.id) AND id NOT IN (SELECT owner FROM guard_filled)
  UNION SELECT id FROM party WHERE safe = id AND EXISTS (SELECT 1 FROM safe_grant WHERE safe = party.id)
    AND NOT EXISTS (SELECT 1 FROM guard_term WHERE owner = party.id AND kind = 'facts')
  UNION SELECT source FROM item WHERE material = 'identity' AND EXISTS (SELECT 1 FROM safe_grant WHERE safe = item.source)
    AND NOT EXISTS (SELECT 1 FROM guard_term WHERE owner = item.source AND kind = 'facts');
DROP TABLE guard_filled;
