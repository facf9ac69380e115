-- What all Fronts that share this store must agree on, such as the public salt.
CREATE TABLE agreed (
  name  TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Abandoned uploads that a sweep removes or has removed (done = 1). A submission
-- that names one is told that its chunks are missing, also when it had seen them.
CREATE TABLE dropped (
  id   BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  day  TEXT NOT NULL,
  done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
