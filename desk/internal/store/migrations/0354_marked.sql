-- What narrows a search stands among the words, as marks that nobody can type, so
-- that a frequent word of a rare kind is found without reading all that have the word.
-- The words are put in anew when the Desk is opened, a part at a time: doc says how far.
CREATE TABLE found_marked (
  one  INTEGER PRIMARY KEY,
  doc  INTEGER NOT NULL,
  upto INTEGER NOT NULL
) STRICT;
INSERT INTO found_marked SELECT 1, 0, COALESCE(MAX(doc), 0) FROM found;
INSERT INTO found_words (found_words) VALUES ('delete-all');

-- Kind, act and year of what is found as one number, to count thousands at once.
CREATE TABLE found_sort (
  sort INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  act  TEXT NOT NULL,
  year TEXT NOT NULL,
  UNIQUE (kind, act, year)
) STRICT;
CREATE TABLE found_mark (doc INTEGER PRIMARY KEY, sort INTEGER NOT NULL) STRICT;
INSERT INTO found_sort (kind, act, year) SELECT DISTINCT kind, act, year FROM found;
INSERT INTO found_mark SELECT f.doc, s.sort FROM found f JOIN found_sort s ON s.kind = f.kind AND s.act = f.act AND s.year = f.year;
CREATE TRIGGER found_sorted AFTER INSERT ON found BEGIN
  INSERT INTO found_sort (kind, act, year) VALUES (new.kind, new.act, new.year) ON CONFLICT DO NOTHING;
  INSERT INTO found_mark SELECT new.doc, sort FROM found_sort WHERE kind = new.kind AND act = new.act AND year = new.year;
END;
CREATE TRIGGER found_unsorted AFTER DELETE ON found BEGIN DELETE FROM found_mark WHERE doc = old.doc; END;
