-- Threads from before thread_upload was kept: which sealed files are theirs stands
-- only in their words. They are listed as soon as somebody is here who can open
-- them, and until then the clock does not erase them: the files would stay behind.
CREATE TABLE thread_unlisted (thread TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO thread_unlisted SELECT id FROM thread WHERE files > (SELECT COUNT(*) FROM thread_upload u WHERE u.thread = thread.id);
