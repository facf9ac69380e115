-- Kind and year, and act and year, have marks of their own together: the words are put in anew.
UPDATE found_marked SET doc = 0, upto = (SELECT COALESCE(MAX(doc), 0) FROM found);
INSERT INTO found_words (found_words) VALUES ('delete-all');
