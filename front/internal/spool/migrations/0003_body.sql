-- The sealed bytes stand apart from what is looked up: SQLite reads a whole row,
-- however long, whenever it compares its key. The number is random, so that it
-- says nothing about the order either. A row from before has its bytes itself.
CREATE TABLE body (
  number INTEGER NOT NULL PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;

ALTER TABLE envelope ADD COLUMN body INTEGER;
