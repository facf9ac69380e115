-- Which claims something changed about, in order, so that a figure of very many looks
-- at these again and at no other.
CREATE TABLE claim_touch (
  seq      INTEGER PRIMARY KEY,
  status   TEXT NOT NULL, -- of the claim; '' when all claims of a source are meant
  incident TEXT NOT NULL,
  claim    TEXT NOT NULL, -- or the source
  row      INTEGER NOT NULL
) STRICT;
CREATE INDEX claim_touch_status ON claim_touch (status, seq);
CREATE TRIGGER touch_claim AFTER INSERT ON claim BEGIN
  INSERT INTO claim_touch (status, incident, claim, row) VALUES (new.status, new.incident, new.id, new.rowid);
END;
CREATE TRIGGER touch_judged AFTER INSERT ON judgement BEGIN
  INSERT INTO claim_touch (status, incident, claim, row) SELECT status, incident, id, rowid FROM claim WHERE id = new.claim;
END;
CREATE TRIGGER touch_linked AFTER INSERT ON claim_link BEGIN
  INSERT INTO claim_touch (status, incident, claim, row) SELECT status, incident, id, rowid FROM claim WHERE id IN (new.claim, new.target);
END;
CREATE TRIGGER touch_said AFTER INSERT ON statement_link BEGIN
  INSERT INTO claim_touch (status, incident, claim, row) SELECT status, incident, id, rowid FROM claim WHERE id = new.claim;
END;
CREATE TRIGGER touch_unsaid AFTER DELETE ON statement_link BEGIN
  INSERT INTO claim_touch (status, incident, claim, row) SELECT status, incident, id, rowid FROM claim WHERE id = old.claim;
END;
CREATE TRIGGER touch_statement AFTER UPDATE ON statement BEGIN
  INSERT INTO claim_touch (status, incident, claim, row) SELECT c.status, c.incident, c.id, c.rowid FROM statement_link l CROSS JOIN claim c ON c.id = l.claim WHERE l.statement = new.id;
END;
CREATE TRIGGER touch_rated AFTER UPDATE ON source BEGIN
  INSERT INTO claim_touch (status, incident, claim, row) VALUES ('', '', new.id, 0);
END;

-- The parts of reckonings of very many claims: kept once, shared by those in which they are the same.
CREATE TABLE use_page (
  id     TEXT PRIMARY KEY,
  figure TEXT NOT NULL REFERENCES figure (id),
  body   TEXT NOT NULL -- JSON list
) STRICT, WITHOUT ROWID;
CREATE TABLE reckoning_pages (
  reckoning TEXT PRIMARY KEY REFERENCES reckoning (id),
  body      TEXT NOT NULL -- JSON: the pages in order, with what each adds
) STRICT;
CREATE TRIGGER use_page_no_update BEFORE UPDATE ON use_page BEGIN SELECT RAISE(ABORT, 'a part of a reckoning is never changed'); END;
CREATE TRIGGER use_page_no_delete BEFORE DELETE ON use_page BEGIN SELECT RAISE(ABORT, 'a part of a reckoning is never removed'); END;
CREATE TRIGGER reckoning_pages_no_update BEFORE UPDATE ON reckoning_pages BEGIN SELECT RAISE(ABORT, 'a reckoning is never changed'); END;
CREATE TRIGGER reckoning_pages_no_delete BEFORE DELETE ON reckoning_pages BEGIN SELECT RAISE(ABORT, 'a reckoning is never removed'); END;
