-- The timeline by what narrows it: each dated thing once for itself (facet ''), for
-- each code ('c…') and each word of a place ('p…') that is its own or its incident's.
-- class says how long it may have lasted, so that what reaches into a day is found
-- without reading all that came before: 0 a day, 1 a month, 2 a season, 3 a year,
-- 4 longer, 5 without an end.
ALTER TABLE dated ADD COLUMN class INTEGER GENERATED ALWAYS AS (
  CASE WHEN last = first THEN 0 WHEN last = '9999-12-31' THEN 5 WHEN julianday(last) - julianday(first) < 31 THEN 1
       WHEN julianday(last) - julianday(first) < 93 THEN 2 WHEN julianday(last) - julianday(first) < 366 THEN 3 ELSE 4 END) VIRTUAL;
CREATE INDEX dated_undated ON dated (kind) WHERE first = '';
CREATE TABLE line (
  facet    TEXT NOT NULL,
  kind     TEXT NOT NULL,
  class    INTEGER NOT NULL,
  first    TEXT NOT NULL,
  subject  TEXT NOT NULL,
  last     TEXT NOT NULL,
  incident TEXT NOT NULL,
  code     TEXT NOT NULL,
  PRIMARY KEY (facet, kind, class, first, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX line_subject ON line (subject, facet);

-- How much there is of each, so that a page asks only where something is, and where there is least.
CREATE TABLE line_tally (
  facet TEXT NOT NULL,
  kind  TEXT NOT NULL,
  class INTEGER NOT NULL,
  n     INTEGER NOT NULL,
  PRIMARY KEY (facet, kind, class)
) STRICT, WITHOUT ROWID;

CREATE VIEW dated_facet AS
  SELECT subject, '' AS facet FROM dated
  UNION ALL SELECT subject, 'c' || code FROM dated WHERE code <> ''
  UNION ALL SELECT d.subject, 'c' || c.code FROM dated d CROSS JOIN coding c ON c.subject = d.incident AND c.list = '4'
  UNION ALL SELECT d.subject, 'c' || c.code FROM dated d CROSS JOIN deed x ON x.incident = d.incident CROSS JOIN coding c ON c.subject = x.id AND c.list = '4'
  UNION ALL SELECT d.subject, 'p' || w.word FROM dated d CROSS JOIN look_word w ON w.subject = d.subject AND w.kind IN ('place', 'spot')
  UNION ALL SELECT d.subject, 'p' || w.word FROM dated d CROSS JOIN look_word w ON w.subject = d.incident AND w.kind IN ('place', 'spot');

INSERT INTO line SELECT f.facet, d.kind, d.class, d.first, d.subject, d.last, d.incident, d.code
  FROM dated_facet f CROSS JOIN dated d ON d.subject = f.subject WHERE d.first > '' ON CONFLICT DO NOTHING;
INSERT INTO line_tally SELECT facet, kind, class, COUNT(*) FROM line GROUP BY facet, kind, class;

CREATE TRIGGER line_counted AFTER INSERT ON line BEGIN
  INSERT INTO line_tally VALUES (new.facet, new.kind, new.class, 1) ON CONFLICT (facet, kind, class) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER line_uncounted AFTER DELETE ON line BEGIN
  UPDATE line_tally SET n = n - 1 WHERE facet = old.facet AND kind = old.kind AND class = old.class;
  DELETE FROM line_tally WHERE facet = old.facet AND kind = old.kind AND class = old.class AND n <= 0;
END;
CREATE TRIGGER dated_line AFTER INSERT ON dated WHEN new.first > '' BEGIN
  INSERT INTO line SELECT facet, new.kind, new.class, new.first, new.subject, new.last, new.incident, new.code
    FROM dated_facet WHERE subject = new.subject ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dated_moved AFTER UPDATE ON dated BEGIN
  DELETE FROM line WHERE subject = old.subject;
  INSERT INTO line SELECT facet, new.kind, new.class, new.first, new.subject, new.last, new.incident, new.code
    FROM dated_facet WHERE subject = new.subject AND new.first > '' ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dated_gone AFTER DELETE ON dated BEGIN DELETE FROM line WHERE subject = old.subject; END;
CREATE TRIGGER word_line AFTER INSERT ON look_word WHEN new.kind IN ('place', 'spot') BEGIN
  INSERT INTO line SELECT 'p' || new.word, d.kind, d.class, d.first, d.subject, d.last, d.incident, d.code
    FROM dated d WHERE d.subject = new.subject AND d.first > '' ON CONFLICT DO NOTHING;
  INSERT INTO line SELECT 'p' || new.word, d.kind, d.class, d.first, d.subject, d.last, d.incident, d.code
    FROM dated d WHERE d.incident = new.subject AND d.first > '' ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER word_gone AFTER DELETE ON look_word WHEN old.kind IN ('place', 'spot') BEGIN
  DELETE FROM line WHERE facet = 'p' || old.word
    AND subject IN (SELECT subject FROM dated WHERE subject = old.subject UNION ALL SELECT subject FROM dated WHERE incident = old.subject)
    AND NOT EXISTS (SELECT 1 FROM dated_facet f WHERE f.subject = line.subject AND f.facet = 'p' || old.word);
END;
CREATE TRIGGER coding_line AFTER INSERT ON coding WHEN new.list = '4' BEGIN
  INSERT INTO line SELECT 'c' || new.code, d.kind, d.class, d.first, d.subject, d.last, d.incident, d.code
    FROM dated d WHERE d.incident = COALESCE((SELECT incident FROM deed WHERE id = new.subject), new.subject) AND d.first > '' ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER coding_gone AFTER DELETE ON coding WHEN old.list = '4' BEGIN
  DELETE FROM line WHERE facet = 'c' || old.code
    AND subject IN (SELECT subject FROM dated WHERE incident = COALESCE((SELECT incident FROM deed WHERE id = old.subject), old.subject))
    AND NOT EXISTS (SELECT 1 FROM dated_facet f WHERE f.subject = line.subject AND f.facet = 'c' || old.code);
END;
