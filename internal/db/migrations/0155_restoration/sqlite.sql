CREATE TABLE erased_subject (
	subject BLOB PRIMARY KEY CHECK (length(subject) = 16),
	event BLOB NOT NULL CHECK (length(event) = 16),
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE backup_copy (
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	files INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	entries INTEGER NOT NULL
) STRICT;

CREATE TABLE restoration (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	at INTEGER NOT NULL,
	copied_at INTEGER NOT NULL,
	entries INTEGER NOT NULL,
	known INTEGER NOT NULL,
	erased INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE restoration_statement (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	restoration_id BLOB NOT NULL REFERENCES restoration (id),
	area TEXT NOT NULL,
	gone TEXT NOT NULL,
	reason TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'rejected')),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	decided_by TEXT,
	decided_at INTEGER,
	CHECK ((status = 'waiting') = (decided_by IS NULL)),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER restoration_no_update BEFORE UPDATE ON restoration
BEGIN
	SELECT RAISE(ABORT, 'a restoration is never altered');
END;

CREATE TRIGGER restoration_no_delete BEFORE DELETE ON restoration
BEGIN
	SELECT RAISE(ABORT, 'a restoration is never altered');
END;

CREATE TRIGGER restoration_statement_no_update BEFORE UPDATE ON restoration_statement
BEGIN
	SELECT RAISE(ABORT, 'a statement is decided once and never altered')
		WHERE OLD.status <> 'waiting' OR NEW.id <> OLD.id OR NEW.restoration_id <> OLD.restoration_id OR NEW.area <> OLD.area
			OR NEW.gone <> OLD.gone OR NEW.reason <> OLD.reason OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_at <> OLD.proposed_at;
END;

CREATE TRIGGER restoration_statement_no_delete BEFORE DELETE ON restoration_statement
BEGIN
	SELECT RAISE(ABORT, 'a statement is decided once and never altered');
END;
