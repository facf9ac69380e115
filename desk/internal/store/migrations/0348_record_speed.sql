-- What the pages of the record ask at every click, by index or kept ready. Nothing
-- that is sealed is among it.
CREATE INDEX claim_safe ON claim (safe) WHERE safe <> '';
CREATE INDEX claim_act ON claim (incident, act);
CREATE INDEX item_safe ON item (safe) WHERE safe <> '';
CREATE INDEX item_received ON item (received_us DESC, dated DESC, id) WHERE material <> 'identity';
CREATE INDEX incident_at ON incident (at_us DESC, id);
CREATE INDEX statement_incident ON statement (incident, dated);
CREATE INDEX statement_dated ON statement (dated);
CREATE INDEX source_name ON source (name, id);
CREATE INDEX source_origin ON source (origin);
CREATE INDEX found_act ON found (act);
CREATE INDEX found_year ON found (year);
CREATE INDEX found_what ON found (kind);

-- Numbers that a page shows and nobody may wait for.
CREATE TABLE record_count (
  what TEXT PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO record_count SELECT 'items', COUNT(*) FROM item WHERE material <> 'identity';
CREATE TRIGGER item_counted AFTER INSERT ON item WHEN new.material <> 'identity'
BEGIN UPDATE record_count SET n = n + 1 WHERE what = 'items'; END;

-- Claims that nobody has weighed yet.
CREATE TABLE unjudged (
  seq   INTEGER PRIMARY KEY,
  claim TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO unjudged (claim) SELECT id FROM claim WHERE NOT EXISTS (SELECT 1 FROM judgement j WHERE j.claim = claim.id) ORDER BY asserted, at_us, rowid;
INSERT INTO record_count SELECT 'unjudged', COUNT(*) FROM unjudged;
CREATE TRIGGER unjudged_more AFTER INSERT ON unjudged BEGIN UPDATE record_count SET n = n + 1 WHERE what = 'unjudged'; END;
CREATE TRIGGER unjudged_less AFTER DELETE ON unjudged BEGIN UPDATE record_count SET n = n - 1 WHERE what = 'unjudged'; END;
CREATE TRIGGER claim_unjudged AFTER INSERT ON claim BEGIN INSERT INTO unjudged (claim) VALUES (new.id); END;
CREATE TRIGGER claim_judged AFTER INSERT ON judgement BEGIN DELETE FROM unjudged WHERE claim = new.claim; END;

-- How much of each kind, act and year can be found.
CREATE TABLE found_tally (
  kind TEXT NOT NULL,
  act  TEXT NOT NULL,
  year TEXT NOT NULL,
  n    INTEGER NOT NULL,
  PRIMARY KEY (kind, act, year)
) STRICT, WITHOUT ROWID;
INSERT INTO found_tally SELECT kind, act, year, COUNT(*) FROM found GROUP BY kind, act, year;
CREATE TRIGGER found_counted AFTER INSERT ON found BEGIN
  INSERT INTO found_tally (kind, act, year, n) VALUES (new.kind, new.act, new.year, 1)
    ON CONFLICT (kind, act, year) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER found_uncounted AFTER DELETE ON found BEGIN -- a correction takes the old words out
  UPDATE found_tally SET n = n - 1 WHERE kind = old.kind AND act = old.act AND year = old.year;
  DELETE FROM found_tally WHERE kind = old.kind AND act = old.act AND year = old.year AND n <= 0;
END;

-- Goes up when sealed words come, or the right to open them changes: until then
-- what a search holds in memory is what the member may see.
INSERT INTO record_count VALUES ('sealed', 0);
CREATE TRIGGER item_sealed AFTER INSERT ON item WHEN new.safe <> '' BEGIN UPDATE record_count SET n = n + 1 WHERE what = 'sealed'; END;
CREATE TRIGGER claim_sealed AFTER INSERT ON claim WHEN new.safe <> '' BEGIN UPDATE record_count SET n = n + 1 WHERE what = 'sealed'; END;
CREATE TRIGGER sealed_granted AFTER INSERT ON safe_grant WHEN EXISTS (SELECT 1 FROM item WHERE safe = new.safe AND safe <> '')
BEGIN UPDATE record_count SET n = n + 1 WHERE what = 'sealed'; END;
CREATE TRIGGER sealed_taken AFTER DELETE ON safe_grant WHEN EXISTS (SELECT 1 FROM item WHERE safe = old.safe AND safe <> '')
BEGIN UPDATE record_count SET n = n + 1 WHERE what = 'sealed'; END;
