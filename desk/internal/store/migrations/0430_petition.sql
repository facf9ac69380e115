-- Petitions. What is public of one stands open; who signed lies sealed in the
-- petition's own safe. address, domain and place are keyed names that only an open
-- safe can make; hash is that of the code in the mail, as the Front knows it.
CREATE TABLE petition (
  id        TEXT PRIMARY KEY,
  public    TEXT NOT NULL UNIQUE,
  slug      TEXT NOT NULL,
  campaign  TEXT NOT NULL,
  state     TEXT NOT NULL,
  content   TEXT NOT NULL,
  revision  INTEGER NOT NULL,
  digest    TEXT NOT NULL,
  authors   TEXT NOT NULL,
  recipient TEXT NOT NULL,
  key       BLOB NOT NULL,
  serial    INTEGER NOT NULL,
  tally     TEXT NOT NULL, -- as it was signed last, or ''
  doubles   INTEGER NOT NULL,
  begun_us  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX petition_slug ON petition (slug) WHERE state <> 'removed';

CREATE TABLE petition_approval (
  petition TEXT NOT NULL REFERENCES petition (id),
  member   TEXT NOT NULL,
  digest   TEXT NOT NULL,
  at_us    INTEGER NOT NULL,
  PRIMARY KEY (petition, member, digest)
) STRICT;

-- Sealed signatures as they came, until somebody is here who can open them.
CREATE TABLE petition_arrival (
  number   TEXT PRIMARY KEY,
  petition TEXT NOT NULL, -- its public id
  day      TEXT NOT NULL,
  sealed   BLOB NOT NULL,
  trouble  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX petition_arrival_waits ON petition_arrival (petition, trouble, number);

CREATE TABLE supporter (
  id        TEXT PRIMARY KEY,
  petition  TEXT NOT NULL REFERENCES petition (id),
  hash      TEXT NOT NULL UNIQUE,
  address   TEXT NOT NULL,
  domain    TEXT NOT NULL,
  place     TEXT NOT NULL,
  standing  TEXT NOT NULL,
  stopped   INTEGER NOT NULL,
  why       TEXT NOT NULL,
  mails     INTEGER NOT NULL,
  mailed_us INTEGER NOT NULL,
  day       TEXT NOT NULL,
  sealed    BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX supporter_address ON supporter (petition, address);
CREATE INDEX supporter_domain ON supporter (petition, domain);
CREATE INDEX supporter_standing ON supporter (petition, standing, place);
CREATE INDEX supporter_day ON supporter (standing, day);

-- Domains of which a person has said that many signatures from there are people.
CREATE TABLE petition_domain (
  petition TEXT NOT NULL REFERENCES petition (id),
  domain   TEXT NOT NULL,
  PRIMARY KEY (petition, domain)
) STRICT, WITHOUT ROWID;

-- What supporters were told: only that it was.
CREATE TABLE petition_news (
  once     TEXT PRIMARY KEY,
  petition TEXT NOT NULL REFERENCES petition (id),
  at_us    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
