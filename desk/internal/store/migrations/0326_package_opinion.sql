-- Signed editions of experts' opinions that a package encloses, as JSON.
ALTER TABLE evidence_package ADD COLUMN opinions TEXT NOT NULL DEFAULT '[]';
