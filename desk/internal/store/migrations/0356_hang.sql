-- What hangs together around a party, in the order in which it is shown, so that of
-- somebody who had a part in very much only the first are read. root is the party
-- under which one is read; withdrawn ones are not here.
CREATE TABLE part_line (
  root        TEXT NOT NULL,
  first       TEXT NOT NULL, -- of the act
  involvement TEXT NOT NULL,
  PRIMARY KEY (root, first DESC, involvement)
) STRICT, WITHOUT ROWID;
CREATE INDEX part_line_involvement ON part_line (involvement);
CREATE TABLE tie_line (
  root     TEXT NOT NULL,
  first    TEXT NOT NULL,
  relation TEXT NOT NULL,
  last     TEXT NOT NULL,
  other    TEXT NOT NULL, -- the root of the other end
  PRIMARY KEY (root, first, relation)
) STRICT, WITHOUT ROWID;
CREATE INDEX tie_line_relation ON tie_line (relation);
CREATE INDEX tie_line_pair ON tie_line (root, other);

CREATE VIEW part_now AS
  SELECT p.root, a.first, i.id AS involvement, i.act, i.party FROM involvement i CROSS JOIN act a ON a.id = i.act CROSS JOIN party p ON p.id = i.party
  WHERE i.withdrawn = 0 AND a.withdrawn = 0;
CREATE VIEW tie_now AS
  SELECT o.root, r.first, r.id AS relation, r.last, x.root AS other FROM relation r CROSS JOIN party o ON o.id = r.one CROSS JOIN party x ON x.id = r.other WHERE r.withdrawn = 0
  UNION ALL
  SELECT x.root, r.first, r.id, r.last, o.root FROM relation r CROSS JOIN party o ON o.id = r.one CROSS JOIN party x ON x.id = r.other WHERE r.withdrawn = 0;

INSERT INTO part_line SELECT root, first, involvement FROM part_now;
INSERT INTO tie_line SELECT root, first, relation, last, other FROM tie_now WHERE true ON CONFLICT DO NOTHING;

CREATE TRIGGER part_taken AFTER INSERT ON involvement BEGIN
  INSERT INTO part_line SELECT root, first, involvement FROM part_now WHERE involvement = new.id;
END;
CREATE TRIGGER part_changed AFTER UPDATE OF withdrawn ON involvement WHEN new.withdrawn <> old.withdrawn BEGIN
  DELETE FROM part_line WHERE involvement = new.id;
  INSERT INTO part_line SELECT root, first, involvement FROM part_now WHERE involvement = new.id;
END;
CREATE TRIGGER part_act AFTER UPDATE OF first, withdrawn ON act WHEN new.first <> old.first OR new.withdrawn <> old.withdrawn BEGIN
  DELETE FROM part_line WHERE involvement IN (SELECT id FROM involvement WHERE act = new.id);
  INSERT INTO part_line SELECT root, first, involvement FROM part_now WHERE act = new.id;
END;
CREATE TRIGGER tie_made AFTER INSERT ON relation BEGIN
  INSERT INTO tie_line SELECT root, first, relation, last, other FROM tie_now WHERE relation = new.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER tie_changed AFTER UPDATE OF first, last, withdrawn ON relation WHEN new.first <> old.first OR new.last <> old.last OR new.withdrawn <> old.withdrawn BEGIN
  DELETE FROM tie_line WHERE relation = new.id;
  INSERT INTO tie_line SELECT root, first, relation, last, other FROM tie_now WHERE relation = new.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER hang_root AFTER UPDATE OF root ON party WHEN new.root <> old.root BEGIN
  DELETE FROM part_line WHERE involvement IN (SELECT id FROM involvement WHERE party = new.id);
  INSERT INTO part_line SELECT root, first, involvement FROM part_now WHERE party = new.id;
  DELETE FROM tie_line WHERE relation IN (SELECT id FROM relation WHERE one = new.id UNION SELECT id FROM relation WHERE other = new.id);
  INSERT INTO tie_line SELECT root, first, relation, last, other FROM tie_now
    WHERE relation IN (SELECT id FROM relation WHERE one = new.id UNION SELECT id FROM relation WHERE other = new.id) ON CONFLICT DO NOTHING;
END;
