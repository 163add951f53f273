-- Version 1. Instants are milliseconds since 1970 UTC, days are 'YYYY-MM-DD', numbers of episodes are
-- kept as written ('7', '9.5', '2-3', '2024-02-29') with a sort key beside them.

-- Library folders as objects; at most one is in use. `known_files` outlives the change to another folder,
-- because "missing, though it held files" must still be told from "never held any".
CREATE TABLE root (
    id           INTEGER PRIMARY KEY,
    path         TEXT    NOT NULL UNIQUE,
    active       INTEGER NOT NULL CHECK (active IN (0, 1)),
    known_files  INTEGER NOT NULL DEFAULT 0,
    last_scan_at INTEGER
) STRICT;
CREATE UNIQUE INDEX root_active ON root (active) WHERE active = 1;

-- Folders right below the root, empty ones too: a series first seen at a source goes into the folder
-- that the user made for it.
CREATE TABLE root_folder (
    root_id   INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
    folder    TEXT    NOT NULL,
    title_key TEXT    NOT NULL,
    PRIMARY KEY (root_id, folder)
) STRICT, WITHOUT ROWID;
CREATE INDEX root_folder_key ON root_folder (root_id, title_key);

-- `have` and `missing` are kept by the ledger in the transaction that changes its rows.
CREATE TABLE series (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    folder      TEXT    NOT NULL UNIQUE,
    title       TEXT    NOT NULL,
    title_key   TEXT    NOT NULL,
    folded      TEXT    NOT NULL,
    have        INTEGER NOT NULL DEFAULT 0,
    missing     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX series_key ON series (title_key);
CREATE INDEX series_list ON series (folded, id, missing);
CREATE INDEX series_missing ON series (missing);

CREATE TABLE file (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    root_id   INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
    relative  TEXT    NOT NULL,
    series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    season    INTEGER NOT NULL,
    number    TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    title     TEXT,
    bytes     INTEGER,
    UNIQUE (root_id, relative)
) STRICT;
CREATE INDEX file_series ON file (series_id);

CREATE TABLE source (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    url          TEXT    NOT NULL UNIQUE,
    completeness TEXT,
    last_read_at INTEGER,
    error        TEXT
) STRICT;

-- What a source calls a series; the binding to ours survives a change of its title.
CREATE TABLE source_series (
    source_id   INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    key         TEXT    NOT NULL,
    series_id   INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    title       TEXT    NOT NULL,
    description TEXT,
    PRIMARY KEY (source_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_series_series ON source_series (series_id);

-- Every episode that a source ever offered. The identity is the key; numbers are a view on it.
CREATE TABLE offer (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    key        TEXT    NOT NULL,
    series_id  INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    season     INTEGER,
    number     TEXT,
    kind       TEXT    NOT NULL,
    title      TEXT,
    air_date   TEXT,
    url        TEXT    NOT NULL,
    mime       TEXT,
    size       TEXT    NOT NULL,
    extension  TEXT    NOT NULL,
    sha256     BLOB,
    gone       INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
    first_seen INTEGER NOT NULL,
    UNIQUE (source_id, key)
) STRICT;
CREATE INDEX offer_series ON offer (series_id);

-- The ledger. A row keeps its id for as long as its number is known.
CREATE TABLE episode (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    series_id   INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    season      INTEGER NOT NULL,
    number      TEXT    NOT NULL,
    number_sort TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    title       TEXT,
    air_date    TEXT,
    state       TEXT    NOT NULL CHECK (state IN ('have', 'missing', 'gone')),
    file_id     INTEGER REFERENCES file (id) ON DELETE SET NULL,
    offer_id    INTEGER REFERENCES offer (id) ON DELETE SET NULL,
    UNIQUE (series_id, season, number, version)
) STRICT;
CREATE INDEX episode_missing ON episode (series_id) WHERE state = 'missing';
CREATE INDEX episode_file ON episode (file_id);
CREATE INDEX episode_offer ON episode (offer_id);

-- The queue and its past. Names and address are copied: a job is complete without the ledger.
-- `bucket`: 0 active, 1 pending, 2 completed, 3 failed; `section`: the same with one past.
-- `cleanup`: a cancelled job whose part file may still be there.
CREATE TABLE job (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    position     INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    series_id    INTEGER REFERENCES series (id) ON DELETE SET NULL,
    episode_id   INTEGER REFERENCES episode (id) ON DELETE SET NULL,
    serie_folder TEXT    NOT NULL,
    series       TEXT    NOT NULL,
    season       INTEGER NOT NULL,
    number       TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    title        TEXT,
    source       TEXT    NOT NULL,
    url          TEXT    NOT NULL,
    mime         TEXT,
    size         TEXT    NOT NULL,
    extension    TEXT    NOT NULL,
    sha256       BLOB,
    bytes        INTEGER NOT NULL DEFAULT 0,
    total        INTEGER,
    attempts     INTEGER NOT NULL DEFAULT 0,
    crash_count  INTEGER NOT NULL DEFAULT 0,
    failure      TEXT,
    cleanup      INTEGER NOT NULL DEFAULT 0 CHECK (cleanup IN (0, 1)),
    added_at     INTEGER NOT NULL,
    started_at   INTEGER,
    finished_at  INTEGER,
    bucket       INTEGER GENERATED ALWAYS AS (CASE
        WHEN state IN ('queued', 'paused') THEN 1
        WHEN state IN ('completed', 'skipped') THEN 2
        WHEN state IN ('failed', 'cancelled') THEN 3
        ELSE 0 END) VIRTUAL,
    section      INTEGER GENERATED ALWAYS AS (CASE
        WHEN state IN ('queued', 'paused') THEN 1
        WHEN state IN ('completed', 'skipped', 'failed', 'cancelled') THEN 2
        ELSE 0 END) VIRTUAL,
    ordering     INTEGER GENERATED ALWAYS AS (coalesce(-finished_at, position)) VIRTUAL
) STRICT;
CREATE INDEX job_list ON job (section, ordering, id);
CREATE INDEX job_past ON job (bucket, ordering, id);
CREATE INDEX job_series ON job (series_id, section);
CREATE UNIQUE INDEX job_open_episode ON job (episode_id) WHERE state NOT IN ('completed', 'skipped', 'failed', 'cancelled');
CREATE INDEX job_episode ON job (episode_id);
CREATE INDEX job_cleanup ON job (id) WHERE cleanup = 1;

-- What became of every job, one row per ending; stays when the job is taken off the list.
CREATE TABLE outcome (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id       INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    serie_folder TEXT    NOT NULL,
    series       TEXT    NOT NULL,
    season       INTEGER NOT NULL,
    number       TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    title        TEXT,
    source       TEXT    NOT NULL,
    bytes        INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    failure      TEXT,
    ended_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX outcome_ended ON outcome (ended_at);

-- Single values of the queue, such as whether "pause all" is in force.
CREATE TABLE queue_flag (
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
