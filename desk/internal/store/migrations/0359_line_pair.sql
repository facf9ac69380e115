-- A timeline of two words of places asked for each thing of the rarer whether it has the
-- other too. Each two words of the places of one thing now stand together ('q…', the one
-- that sorts first in front), so that two that never meet are found nowhere at once.
DROP TRIGGER word_line;
DROP TRIGGER word_gone;
DROP VIEW dated_facet;

CREATE VIEW dated_facet AS
  SELECT subject, '' AS facet FROM dated
  UNION ALL SELECT subject, 'c' || code FROM dated WHERE code <> ''
  UNION ALL SELECT d.subject, 'c' || c.code FROM dated d CROSS JOIN coding c ON c.subject = d.incident AND c.list = '4'
  UNION ALL SELECT d.subject, 'c' || c.code FROM dated d CROSS JOIN deed x ON x.incident = d.incident CROSS JOIN coding c ON c.subject = x.id AND c.list = '4'
  UNION ALL SELECT d.subject, 'p' || w.word FROM dated d CROSS JOIN look_word w ON w.subject = d.subject AND w.kind IN ('place', 'spot')
  UNION ALL SELECT d.subject, 'p' || w.word FROM dated d CROSS JOIN look_word w ON w.subject = d.incident AND w.kind IN ('place', 'spot')
  UNION ALL SELECT d.subject, 'q' || v.word || ' ' || w.word FROM dated d
    CROSS JOIN look_word v ON v.subject IN (d.subject, d.incident) AND v.kind IN ('place', 'spot')
    CROSS JOIN look_word w ON w.subject IN (d.subject, d.incident) AND w.kind IN ('place', 'spot') AND w.word > v.word;

INSERT INTO line SELECT f.facet, d.kind, d.class, d.first, d.subject, d.last, d.incident, d.code
  FROM dated d CROSS JOIN dated_facet f ON f.subject = d.subject WHERE d.first > '' AND f.facet > 'q' AND f.facet < 'r' ON CONFLICT DO NOTHING;

CREATE TRIGGER word_line AFTER INSERT ON look_word WHEN new.kind IN ('place', 'spot') BEGIN
  INSERT INTO line SELECT 'p' || new.word, d.kind, d.class, d.first, d.subject, d.last, d.incident, d.code
    FROM dated d WHERE d.subject = new.subject AND d.first > '' ON CONFLICT DO NOTHING;
  INSERT INTO line SELECT 'p' || new.word, d.kind, d.class, d.first, d.subject, d.last, d.incident, d.code
    FROM dated d WHERE d.incident = new.subject AND d.first > '' ON CONFLICT DO NOTHING;
  INSERT INTO line SELECT 'q' || min(new.word, w.word) || ' ' || max(new.word, w.word), d.kind, d.class, d.first, d.subject, d.last, d.incident, d.code
    FROM dated d CROSS JOIN look_word w ON w.subject IN (d.subject, d.incident) AND w.kind IN ('place', 'spot') AND w.word <> new.word
    WHERE d.subject = new.subject AND d.first > '' ON CONFLICT DO NOTHING;
  INSERT INTO line SELECT 'q' || min(new.word, w.word) || ' ' || max(new.word, w.word), d.kind, d.class, d.first, d.subject, d.last, d.incident, d.code
    FROM dated d CROSS JOIN look_word w ON w.subject IN (d.subject, d.incident) AND w.kind IN ('place', 'spot') AND w.word <> new.word
    WHERE d.incident = new.subject AND d.first > '' ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER word_gone AFTER DELETE ON look_word WHEN old.kind IN ('place', 'spot') BEGIN
  DELETE FROM line WHERE subject IN (SELECT subject FROM dated WHERE subject = old.subject UNION ALL SELECT subject FROM dated WHERE incident = old.subject)
    AND (facet = 'p' || old.word OR facet > 'q' || old.word || ' ' AND facet < 'q' || old.word || '!'
      OR facet > 'q' AND facet < 'r' AND substr(facet, -length(old.word) - 1) = ' ' || old.word)
    AND NOT EXISTS (SELECT 1 FROM dated_facet f WHERE f.subject = line.subject AND f.facet = line.facet);
END;
