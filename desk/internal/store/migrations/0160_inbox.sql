-- What the people who live in the inbox need: whose turn it is since when, threads
-- of one person, drafts of two people, translations, retention.
ALTER TABLE arrival ADD COLUMN since_us INTEGER NOT NULL DEFAULT 0; -- it may have waited at the Front since then
ALTER TABLE channel ADD COLUMN second INTEGER NOT NULL DEFAULT 0;   -- answers need a second person

ALTER TABLE thread ADD COLUMN since_us INTEGER NOT NULL DEFAULT 0;  -- it is our turn since then
ALTER TABLE thread ADD COLUMN aside_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE thread ADD COLUMN aside_why TEXT NOT NULL DEFAULT '';
ALTER TABLE thread ADD COLUMN into_id TEXT NOT NULL DEFAULT '';     -- the thread of the same person that leads
ALTER TABLE thread ADD COLUMN second INTEGER NOT NULL DEFAULT 0;
ALTER TABLE thread ADD COLUMN held TEXT NOT NULL DEFAULT '';        -- why it is not erased by the clock
ALTER TABLE thread ADD COLUMN erase_day TEXT NOT NULL DEFAULT '';   -- asked for by a person; empty: by the rule
UPDATE thread SET since_us = in_us;

-- A draft of an answer. What it says lies in the thread's safe, and goes when it is sent.
CREATE TABLE thread_draft (
  id       TEXT PRIMARY KEY,
  thread   TEXT NOT NULL REFERENCES thread (id),
  author   TEXT NOT NULL,
  revision INTEGER NOT NULL,
  at_us    INTEGER NOT NULL,
  asked    INTEGER NOT NULL, -- a second person is asked
  approver TEXT NOT NULL,
  message  TEXT NOT NULL,    -- what became of it
  sealed   BLOB              -- NULL once sent
) STRICT;
CREATE INDEX thread_draft_thread ON thread_draft (thread);

-- A translation stands beside the words; it never takes their place, and none replaces another.
CREATE TABLE thread_translation (
  id      TEXT PRIMARY KEY,
  thread  TEXT NOT NULL REFERENCES thread (id),
  message TEXT NOT NULL,
  lang    TEXT NOT NULL,
  author  TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  sealed  BLOB NOT NULL
) STRICT;
CREATE INDEX thread_translation_thread ON thread_translation (thread);

-- Which sealed files belong to a thread, so that they can go without a key.
CREATE TABLE thread_upload (thread TEXT NOT NULL, upload TEXT NOT NULL, PRIMARY KEY (thread, upload)) STRICT, WITHOUT ROWID;

-- Two threads of one person, and what joining them changed, so that it can be undone.
CREATE TABLE thread_merge (
  child     TEXT PRIMARY KEY,
  parent    TEXT NOT NULL,
  member    TEXT NOT NULL,
  at_us     INTEGER NOT NULL,
  took_case INTEGER NOT NULL -- the parent had no case and follows the child's
) STRICT, WITHOUT ROWID;

-- Keyed fingerprints of what was written, to notice one text from many mailboxes.
CREATE TABLE thread_print (print BLOB NOT NULL, thread TEXT NOT NULL, PRIMARY KEY (print, thread)) STRICT, WITHOUT ROWID;
CREATE INDEX thread_print_thread ON thread_print (thread);

-- A member's own view of the list: a query of the page, which names nobody outside.
CREATE TABLE inbox_view (member TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, PRIMARY KEY (member, name)) STRICT, WITHOUT ROWID;
