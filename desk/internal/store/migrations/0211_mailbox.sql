-- 1: signs of life come through the mailbox of the case's conversation, and count by themselves.
ALTER TABLE case_checkin ADD COLUMN mailbox INTEGER NOT NULL DEFAULT 0;
