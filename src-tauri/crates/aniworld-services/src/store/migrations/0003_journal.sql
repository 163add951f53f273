-- Version 3. The journals of operations: what happened, from which "why?" is answered, over restarts too.

-- One row per operation. `total`: entries in all, also those that were left out; `touched_at`: the last of them.
CREATE TABLE journal (
    operation  TEXT    PRIMARY KEY,
    total      INTEGER NOT NULL,
    touched_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_touched ON journal (touched_at);

-- The first and the last entries of each; the bounds are those of the program. `note` is JSON.
CREATE TABLE journal_entry (
    operation TEXT    NOT NULL REFERENCES journal (operation) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    attempt   INTEGER NOT NULL,
    note      TEXT    NOT NULL,
    PRIMARY KEY (operation, number)
) STRICT, WITHOUT ROWID;

-- The operation of a job, in the words of the program: from a journal to its job.
CREATE INDEX job_operation ON job (
    'download_' || serie_folder || '_' || season || '_' || number
    || CASE WHEN version > 1 THEN '~' || version ELSE '' END
);
