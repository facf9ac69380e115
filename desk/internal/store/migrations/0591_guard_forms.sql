-- By which edition of the guard's forms a term was marked: one that is kept again is
-- marked anew when the guard has learnt more since.
ALTER TABLE guard_term ADD COLUMN forms INTEGER NOT NULL DEFAULT 1;
