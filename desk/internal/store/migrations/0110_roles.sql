-- Safes that wait for a new key because somebody lost the role by which they
-- could open them. The mark goes when the safe's old grants go, as they all do
-- at once when the key changes.
CREATE TABLE safe_due (safe TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TRIGGER safe_renewed AFTER DELETE ON safe_grant
  WHEN NOT EXISTS (SELECT 1 FROM safe_grant WHERE safe = old.safe)
  BEGIN DELETE FROM safe_due WHERE safe = old.safe; END;
