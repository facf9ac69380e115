-- What a Desk's requests may use once, where several Fronts answer it. These are
-- the Desk's own times, not those of senders, and are forgotten after minutes.
CREATE TABLE nonce (
  nonce BLOB NOT NULL PRIMARY KEY,
  at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
