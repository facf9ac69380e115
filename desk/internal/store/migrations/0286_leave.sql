-- When somebody is away, and who stands in.
CREATE TABLE team_leave (
  id       TEXT PRIMARY KEY,
  member   TEXT NOT NULL REFERENCES member (id),
  deputy   TEXT NOT NULL, -- '': nobody
  from_us  INTEGER NOT NULL,
  until_us INTEGER NOT NULL,
  by       TEXT NOT NULL,
  at_us    INTEGER NOT NULL,
  bare     INTEGER NOT NULL, -- cases that were left without anybody, knowingly
  ended_us INTEGER NOT NULL DEFAULT 0 -- back before its time
) STRICT;
CREATE INDEX team_leave_time ON team_leave (until_us);
