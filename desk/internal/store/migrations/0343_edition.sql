-- What was corrected: every edition of an incident, a deed, a statement, an act, a
-- party, an involvement, a relation. The row itself is the newest edition. A thing
-- that was never corrected has none here.
CREATE TABLE record_edition (
  subject   TEXT NOT NULL,
  version   INTEGER NOT NULL,
  body      TEXT NOT NULL, -- JSON
  reason    TEXT NOT NULL, -- '' of the first
  by_member TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  PRIMARY KEY (subject, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER record_edition_no_update BEFORE UPDATE ON record_edition BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END;
CREATE TRIGGER record_edition_no_delete BEFORE DELETE ON record_edition BEGIN SELECT RAISE(ABORT, 'an edition is never removed'); END;

-- Statements, incidents and deeds change only together with an edition that says so.
DROP TRIGGER statement_no_update;
CREATE TRIGGER statement_update BEFORE UPDATE ON statement
WHEN old.id <> new.id OR old.key <> new.key OR old.at_us <> new.at_us OR NOT EXISTS (SELECT 1 FROM record_edition e WHERE e.subject = old.id AND e.version > 1
  AND json_extract(e.body, '$.Quote') = new.quote AND json_extract(e.body, '$.Summary') = new.summary AND json_extract(e.body, '$.Speaker') = new.speaker)
BEGIN SELECT RAISE(ABORT, 'a statement is corrected by an edition'); END;
CREATE TRIGGER incident_update BEFORE UPDATE ON incident
WHEN old.id <> new.id OR old.key <> new.key OR old.at_us <> new.at_us OR NOT EXISTS (SELECT 1 FROM record_edition e WHERE e.subject = old.id AND e.version > 1
  AND json_extract(e.body, '$.Title') = new.title AND json_extract(e.body, '$.Narrative') = new.narrative)
BEGIN SELECT RAISE(ABORT, 'an incident is corrected by an edition'); END;
CREATE TRIGGER deed_update BEFORE UPDATE ON deed
WHEN old.id <> new.id OR old.incident <> new.incident OR old.at_us <> new.at_us OR NOT EXISTS (SELECT 1 FROM record_edition e WHERE e.subject = old.id AND e.version > 1
  AND json_extract(e.body, '$.Attribution') = new.attribution AND json_extract(e.body, '$.Motive') = new.motive)
BEGIN SELECT RAISE(ABORT, 'a deed is corrected by an edition'); END;
