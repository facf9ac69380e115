-- Whether the claims under a figure changed, and how many there are, without reading them.
CREATE TABLE claim_change (
  incident TEXT NOT NULL,
  status   TEXT NOT NULL,
  claims   INTEGER NOT NULL,
  n        INTEGER NOT NULL, -- goes up with every claim, judgement, link and statement
  PRIMARY KEY (incident, status)
) STRICT, WITHOUT ROWID;
INSERT INTO claim_change SELECT incident, status, COUNT(*), COUNT(*) FROM claim GROUP BY incident, status;
CREATE TRIGGER claim_change_claim AFTER INSERT ON claim BEGIN
  INSERT INTO claim_change (incident, status, claims, n) VALUES (new.incident, new.status, 1, 1)
    ON CONFLICT (incident, status) DO UPDATE SET claims = claims + 1, n = n + 1;
END;
CREATE TRIGGER claim_change_judged AFTER INSERT ON judgement BEGIN
  UPDATE claim_change SET n = n + 1 WHERE (incident, status) = (SELECT incident, status FROM claim WHERE id = new.claim);
END;
CREATE TRIGGER claim_change_linked AFTER INSERT ON claim_link BEGIN
  UPDATE claim_change SET n = n + 1 WHERE (incident, status) = (SELECT incident, status FROM claim WHERE id = new.claim);
  UPDATE claim_change SET n = n + 1 WHERE (incident, status) = (SELECT incident, status FROM claim WHERE id = new.target);
END;
CREATE TRIGGER claim_change_said AFTER INSERT ON statement_link BEGIN
  UPDATE claim_change SET n = n + 1 WHERE (incident, status) = (SELECT incident, status FROM claim WHERE id = new.claim);
END;
CREATE TRIGGER claim_change_unsaid AFTER DELETE ON statement_link BEGIN -- a correction puts the links anew
  UPDATE claim_change SET n = n + 1 WHERE (incident, status) = (SELECT incident, status FROM claim WHERE id = old.claim);
END;
INSERT INTO record_count VALUES ('rated', 0);
CREATE TRIGGER source_rated AFTER UPDATE ON source BEGIN UPDATE record_count SET n = n + 1 WHERE what = 'rated'; END;

-- The claims of a reckoning that has very many, in pages, so that one page can be read alone.
CREATE TABLE reckoning_uses (
  reckoning TEXT NOT NULL REFERENCES reckoning (id),
  page      INTEGER NOT NULL,
  body      TEXT NOT NULL, -- JSON list
  PRIMARY KEY (reckoning, page)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER reckoning_uses_no_update BEFORE UPDATE ON reckoning_uses BEGIN SELECT RAISE(ABORT, 'a reckoning is never changed'); END;
CREATE TRIGGER reckoning_uses_no_delete BEFORE DELETE ON reckoning_uses BEGIN SELECT RAISE(ABORT, 'a reckoning is never removed'); END;
