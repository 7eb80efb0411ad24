-- The evidence register's database. Tables of the first part are immutable: triggers and, in this
-- program, an authorizer refuse any change to them. Tables of the third part are projections: they
-- can be dropped and rebuilt from the log, its openings and the blobs.

PRAGMA application_id = 1347899975; -- "PWRG"
PRAGMA user_version = 1;

-- 1. Immutable ------------------------------------------------------------------------------------

-- One row a log entry; idx is the Merkle leaf's index. `entry` holds the exact bytes that were
-- hashed; the columns before it repeat what the entry says, for queries.
CREATE TABLE log (
    idx INTEGER PRIMARY KEY,
    item INTEGER CHECK (item > 0),
    item_n INTEGER NOT NULL,
    type TEXT NOT NULL,
    time TEXT NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    entry BLOB NOT NULL
) STRICT;
CREATE INDEX log_item ON log (item, idx) WHERE item IS NOT NULL;
CREATE INDEX log_type ON log (type, idx);

CREATE TRIGGER log_in_order BEFORE INSERT ON log
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM log)
BEGIN SELECT raise(ABORT, 'the log only grows at its end'); END;
CREATE TRIGGER log_no_update BEFORE UPDATE ON log
BEGIN SELECT raise(ABORT, 'the log never changes'); END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log
BEGIN SELECT raise(ABORT, 'the log never shrinks'); END;

-- Signed tree heads, each as the text that outsiders hold.
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY CHECK (size > 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note TEXT NOT NULL
) STRICT;

CREATE TRIGGER checkpoint_grows BEFORE INSERT ON checkpoint
WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoint)
    OR NEW.size > (SELECT coalesce(max(idx) + 1, 0) FROM log)
BEGIN SELECT raise(ABORT, 'a checkpoint only follows a smaller one and the log'); END;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint
BEGIN SELECT raise(ABORT, 'a checkpoint never changes'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
BEGIN SELECT raise(ABORT, 'a checkpoint never goes'); END;

-- 2. Erasable -------------------------------------------------------------------------------------

-- The log holds commitments only: SHA-256(02 || salt || SHA-256(file)). Here stands what opens them.
-- To erase a file, its row here and the blob go; the log stays whole.
CREATE TABLE opening (
    commitment BLOB PRIMARY KEY CHECK (length(commitment) = 32),
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    size INTEGER NOT NULL,
    mime TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX opening_sha256 ON opening (sha256);
CREATE TRIGGER opening_no_update BEFORE UPDATE ON opening
BEGIN SELECT raise(ABORT, 'an opening is erased, never changed'); END;

-- The firm's own data. `idx` is the log entry that commits to this value.
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    idx INTEGER NOT NULL REFERENCES log (idx)
) STRICT, WITHOUT ROWID;

-- 3. Projections ----------------------------------------------------------------------------------

-- Every sheet that was recorded. Class `other` is innocent mail: no item, no findings, no picture.
CREATE TABLE sheet (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    item INTEGER UNIQUE,
    sheet_id TEXT NOT NULL UNIQUE,
    batch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    captured TEXT NOT NULL,
    recorded TEXT NOT NULL,
    verdict INTEGER NOT NULL,
    is_return INTEGER NOT NULL,
    country TEXT NOT NULL,
    operator TEXT NOT NULL,
    return_reason TEXT NOT NULL,
    template TEXT NOT NULL,
    reasons TEXT NOT NULL,
    preview TEXT NOT NULL,
    seconds REAL NOT NULL
) STRICT;
CREATE INDEX sheet_items ON sheet (row) WHERE item IS NOT NULL;
CREATE INDEX sheet_verdict ON sheet (verdict, row);
CREATE INDEX sheet_batch ON sheet (batch, row);

-- The files of an item, in the order in which the log names them.
CREATE TABLE file (
    item INTEGER NOT NULL,
    n INTEGER NOT NULL,
    idx INTEGER NOT NULL REFERENCES log (idx),
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256_pixels TEXT NOT NULL,
    commitment BLOB NOT NULL,
    PRIMARY KEY (item, n)
) STRICT, WITHOUT ROWID;

-- Running counts of each batch. closed_idx: its newest screening.batch entry, if any.
CREATE TABLE batch (
    name TEXT PRIMARY KEY,
    genuine INTEGER NOT NULL DEFAULT 0,
    imitation INTEGER NOT NULL DEFAULT 0,
    other INTEGER NOT NULL DEFAULT 0,
    unsure INTEGER NOT NULL DEFAULT 0,
    returned INTEGER NOT NULL DEFAULT 0,
    closed_idx INTEGER REFERENCES log (idx),
    closed_sheets INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
