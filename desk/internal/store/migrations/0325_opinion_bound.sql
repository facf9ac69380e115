-- An opinion that is about somebody of a case ends with it. Which case that is stands
-- in the case's own safe; here stands only that there is one.
ALTER TABLE opinion ADD COLUMN bound INTEGER NOT NULL DEFAULT 0;
-- The public key under which an edition was signed elsewhere; empty: our own.
ALTER TABLE opinion_edition ADD COLUMN signer BLOB NOT NULL DEFAULT x'';
DROP TRIGGER opinion_edition_no_update;
CREATE TRIGGER opinion_edition_no_update BEFORE UPDATE OF opinion, number, by_member, at_us, digest, note, signer ON opinion_edition
BEGIN SELECT RAISE(ABORT, 'a signed edition is never changed'); END;
