-- What the board shows of a case without opening it. Nothing of it tells who or where.
ALTER TABLE case_file ADD COLUMN level TEXT NOT NULL DEFAULT '';       -- of the risk
ALTER TABLE case_file ADD COLUMN people INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN review_day TEXT NOT NULL DEFAULT '';  -- until when the risk assessment holds
ALTER TABLE case_file ADD COLUMN todo TEXT NOT NULL DEFAULT '';        -- the first thing it waits for, by its code
ALTER TABLE case_file ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;   -- how many people that lacks
ALTER TABLE case_file ADD COLUMN todos INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN todo_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN danger INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN over INTEGER NOT NULL DEFAULT 0;      -- nothing more is expected to happen
ALTER TABLE case_file ADD COLUMN rank_us INTEGER NOT NULL DEFAULT 0;   -- when it next needs somebody: the order of the board
UPDATE case_file SET over = state IN ('closed', 'declined', 'referred', 'withdrawn', 'deceased');
CREATE INDEX case_file_rank ON case_file (over, rank_us);
CREATE INDEX case_checkin_late ON case_checkin (file) WHERE state IN ('late', 'missed', 'duress');
