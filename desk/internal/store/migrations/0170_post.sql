-- E-mails of ours. What a mail says and to whom lies sealed until the mail server
-- has it; then only that it went, and under which Message-ID, so that what answers
-- it is recognised.
CREATE TABLE post_out (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,   -- reply, letter, notice
  subject    TEXT NOT NULL,   -- thread, letter or member
  message_id TEXT NOT NULL UNIQUE,
  state      TEXT NOT NULL,   -- waiting, sending, sent, unsure, refused, dropped
  trouble    TEXT NOT NULL,
  attempts   INTEGER NOT NULL,
  at_us      INTEGER NOT NULL,
  due_us     INTEGER NOT NULL,
  done_us    INTEGER NOT NULL,
  sealed     BLOB             -- NULL once it is done
) STRICT;
CREATE UNIQUE INDEX post_out_letter ON post_out (subject) WHERE kind = 'letter';
CREATE INDEX post_out_subject ON post_out (subject, at_us);
CREATE INDEX post_out_due ON post_out (state, due_us);
