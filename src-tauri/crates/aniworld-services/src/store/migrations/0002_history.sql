-- Version 2. The history of everything that ended, and the figures of days.

-- What a job needs so that its line in the history can say how much and how long. All of it is about the
-- attempt that began when the job was queued or tried again; an attempt may run several times (pause, crash).
-- `received`: bytes that arrived in runs that are over; `run_received`: in the latest run.
-- `busy_ms`: how long it ran; `run_at`: since when it runs now, counted into `busy_ms` up to there.
ALTER TABLE job ADD COLUMN received     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN run_received INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN busy_ms      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN run_at       INTEGER;

ALTER TABLE outcome RENAME TO outcome_1;
DROP INDEX outcome_ended;

-- One row per attempt that ended, of whatever kind; stays when its job is taken off the list.
-- `serie_folder` to `version` are those of an episode and null for everything else, where `title` is the
-- operation's and `message` what it said at its end.
-- `started_at`: null where it never ran, or where version 1 did not keep it; `took_ms`: how long it ran.
CREATE TABLE outcome (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    operation    TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('download', 'scan', 'system', 'error')),
    attempt      INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('completed', 'skipped', 'failed', 'cancelled')),
    job_id       INTEGER,
    serie_folder TEXT,
    series       TEXT,
    season       INTEGER,
    number       TEXT,
    version      INTEGER,
    title        TEXT,
    message      TEXT,
    source       TEXT,
    bytes        INTEGER NOT NULL DEFAULT 0,
    transferred  INTEGER NOT NULL DEFAULT 0,
    failure      TEXT,
    failure_code TEXT    GENERATED ALWAYS AS (failure ->> '$.code') VIRTUAL,
    started_at   INTEGER,
    ended_at     INTEGER NOT NULL,
    took_ms      INTEGER
) STRICT;
-- Written twice, it is still one attempt. What never ran is kept single by the state of its job.
CREATE UNIQUE INDEX outcome_attempt ON outcome (operation, attempt, started_at) WHERE started_at IS NOT NULL;
CREATE INDEX outcome_ended  ON outcome (ended_at);
CREATE INDEX outcome_kind   ON outcome (kind, ended_at);
CREATE INDEX outcome_state  ON outcome (state, ended_at);
CREATE INDEX outcome_series ON outcome (serie_folder, ended_at);

INSERT INTO outcome (id, operation, kind, attempt, state, job_id, serie_folder, series, season, number, version,
                     title, source, bytes, transferred, failure, ended_at)
SELECT id,
       'download_' || serie_folder || '_' || season || '_' || number
           || CASE WHEN version > 1 THEN '~' || version ELSE '' END,
       'download', attempts, state, job_id, serie_folder, series, season, number, version, title, source, bytes,
       -- version 1 did not know of bytes that an earlier run had left
       CASE state WHEN 'completed' THEN bytes ELSE 0 END,
       failure, ended_at
FROM outcome_1 ORDER BY id;
DROP TABLE outcome_1;

-- Downloads that ended on a day of the user's own calendar, added up. Rows of `outcome` may be forgotten,
-- these stay. `busy_ms` is the time that downloads ran: two at a time for a minute are two minutes.
CREATE TABLE day (
    day      TEXT    PRIMARY KEY,
    bytes    INTEGER NOT NULL,
    episodes INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    busy_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO day (day, bytes, episodes, failures, busy_ms)
SELECT date(ended_at / 1000, 'unixepoch', 'localtime') AS day, sum(transferred), sum(state = 'completed'),
       sum(state = 'failed'), 0
FROM outcome GROUP BY day;

-- Operations without an owner that began and have not ended. What is left here by a crash has ended with it.
CREATE TABLE open_operation (
    operation  TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    attempt    INTEGER NOT NULL,
    title      TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    PRIMARY KEY (operation, attempt, started_at)
) STRICT, WITHOUT ROWID;
