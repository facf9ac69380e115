-- Whose calls a shift takes: those of messages, or the rungs of a sign of life that did not come.
ALTER TABLE duty_shift ADD COLUMN role TEXT NOT NULL DEFAULT 'intake';
