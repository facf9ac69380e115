-- The sealed bytes change when a safe gets a new key, because somebody who could
-- open it has left; nothing else of an item or a claim ever changes.
DROP TRIGGER item_no_update;
CREATE TRIGGER item_no_update BEFORE UPDATE OF id, source, title, material, language, dated, received_us, how, consent, words, safe, by_member ON item
BEGIN SELECT RAISE(ABORT, 'an item is never changed'); END;
CREATE TRIGGER item_reseal BEFORE UPDATE OF sealed ON item WHEN old.safe = '' OR old.sealed IS NULL OR new.sealed IS NULL
BEGIN SELECT RAISE(ABORT, 'an item is never changed'); END;
DROP TRIGGER claim_no_update;
CREATE TRIGGER claim_no_update BEFORE UPDATE OF id, key, item, source, incident, locator, status, act, counts, unit, bound, value, value_to, population, verbatim, translation, safe, hand, asserted, counted, perpetrator, motive, by_member, at_us ON claim
BEGIN SELECT RAISE(ABORT, 'a claim is never changed'); END;
CREATE TRIGGER claim_reseal BEFORE UPDATE OF sealed ON claim WHEN old.safe = '' OR old.sealed IS NULL OR new.sealed IS NULL
BEGIN SELECT RAISE(ABORT, 'a claim is never changed'); END;
