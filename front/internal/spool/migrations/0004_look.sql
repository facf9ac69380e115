-- A mailbox belongs to the channel through which it was made, so that a signed
-- reading reaches the Desk of that channel and no other; '' for older ones.
ALTER TABLE mailbox ADD COLUMN channel TEXT NOT NULL DEFAULT '';

-- The last signed reading of a mailbox that the Desk has not taken yet. Every
-- mailbox has them: only a Desk knows which mailbox belongs to a second code.
CREATE TABLE look (
  mailbox   BLOB NOT NULL PRIMARY KEY REFERENCES mailbox (id) ON DELETE CASCADE,
  day       TEXT NOT NULL,
  nonce     BLOB NOT NULL CHECK (length(nonce) = 16),
  signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT, WITHOUT ROWID;
