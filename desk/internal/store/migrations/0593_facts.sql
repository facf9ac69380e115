-- Cases whose facts (ages, professions, places) the leak guard was told, as far as they
-- were written before it knew of facts. Whatever is kept later is told with it.
CREATE TABLE guard_filled (owner TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
