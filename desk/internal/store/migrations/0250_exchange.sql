-- Referrals to partner organisations and from them. Plain are partners, states and
-- times. Whom a referral is about lies in the safe of a case, or sealed to a key.

-- The keys that partners seal to. The seed lies in a safe of those who may take referrals in.
CREATE TABLE exchange_key (
  serial    INTEGER PRIMARY KEY,
  safe      TEXT NOT NULL,
  recipient TEXT NOT NULL,
  made_us   INTEGER NOT NULL,
  sealed    BLOB NOT NULL
) STRICT;

CREATE TABLE exchange_partner (
  id           TEXT PRIMARY KEY,
  organisation TEXT NOT NULL UNIQUE, -- ID of its key
  card         BLOB NOT NULL,        -- as it was signed
  state        TEXT NOT NULL,        -- asked, confirmed, stopped
  at_us        INTEGER NOT NULL
) STRICT;

-- Who compared the words of a partner's fingerprint on the phone.
CREATE TABLE exchange_vouch (
  partner TEXT NOT NULL REFERENCES exchange_partner (id),
  member  TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (partner, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE exchange_referral (
  id        TEXT PRIMARY KEY,
  incoming  INTEGER NOT NULL,
  partner   TEXT NOT NULL REFERENCES exchange_partner (id),
  file      TEXT NOT NULL, -- the case; '': came in and was not taken
  consent   TEXT NOT NULL,
  transfer  INTEGER NOT NULL,
  state     TEXT NOT NULL,
  made_us   INTEGER NOT NULL,
  until_day TEXT NOT NULL,
  digest    TEXT NOT NULL
) STRICT;
CREATE INDEX exchange_referral_file ON exchange_referral (file) WHERE file <> '';

-- Every package that was made or came. What came is kept as it came while somebody
-- must decide; then its bytes go, and its number and digest stay against replays.
CREATE TABLE exchange_package (
  id       TEXT PRIMARY KEY,
  referral TEXT NOT NULL REFERENCES exchange_referral (id),
  incoming INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  reply    TEXT NOT NULL,
  digest   TEXT NOT NULL UNIQUE,
  at_us    INTEGER NOT NULL,
  given_us INTEGER NOT NULL DEFAULT 0, -- of one that we made: when somebody last took it to carry it
  sealed   BLOB                        -- NULL: destroyed
) STRICT;
CREATE INDEX exchange_package_referral ON exchange_package (referral);

-- A file that came with a referral, under a key that lies in the case's safe.
CREATE TABLE exchange_file (
  referral TEXT NOT NULL REFERENCES exchange_referral (id),
  n        INTEGER NOT NULL,
  sealed   BLOB NOT NULL,
  PRIMARY KEY (referral, n)
) STRICT, WITHOUT ROWID;
