-- How many cases each member can open: kept up by the grants themselves, so that
-- the board need not count a hundred thousand of them.
CREATE TABLE case_held (member TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO case_held SELECT member, COUNT(*) FROM safe_grant WHERE safe >= 'case_' AND safe < 'case`' GROUP BY member;
CREATE TRIGGER case_held_more AFTER INSERT ON safe_grant WHEN new.safe >= 'case_' AND new.safe < 'case`'
BEGIN INSERT INTO case_held VALUES (new.member, 1) ON CONFLICT (member) DO UPDATE SET n = n + 1; END;
CREATE TRIGGER case_held_less AFTER DELETE ON safe_grant WHEN old.safe >= 'case_' AND old.safe < 'case`'
BEGIN UPDATE case_held SET n = n - 1 WHERE member = old.member; END;

-- The orders of the list.
CREATE INDEX case_file_code ON case_file (over, pseudonym);
CREATE INDEX case_file_level ON case_file (over, (CASE level WHEN 'low' THEN 1 WHEN 'middle' THEN 2 WHEN 'high' THEN 3 WHEN 'extreme' THEN 4 ELSE 0 END));
CREATE INDEX case_file_people ON case_file (over, people);
CREATE INDEX case_file_sign ON case_file (over, (checkin_us = 0), checkin_us);
CREATE INDEX case_file_opened ON case_file (over, opened_day);
CREATE INDEX case_file_review ON case_file (over, (review_day = ''), review_day);
CREATE INDEX case_file_decide ON case_file (decide_us) WHERE decide_us > 0;
-- The calendar.
CREATE INDEX case_checkin_due ON case_checkin (due_us, id) WHERE state IN ('waiting', 'late', 'missed', 'duress');
