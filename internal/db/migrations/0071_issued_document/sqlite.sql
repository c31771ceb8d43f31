CREATE TABLE issued_series (
	code TEXT NOT NULL,
	unit TEXT NOT NULL,
	year INTEGER NOT NULL,
	last INTEGER NOT NULL CHECK (last >= 0),
	PRIMARY KEY (code, unit, year)
) STRICT, WITHOUT ROWID;
CREATE TABLE issued_document (
	id BLOB PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind <> ''),
	lang TEXT NOT NULL CHECK (lang IN ('id', 'en')),
	subject TEXT NOT NULL CHECK (subject <> ''),
	area TEXT NOT NULL,
	code TEXT NOT NULL,
	unit TEXT NOT NULL,
	year INTEGER NOT NULL,
	seq INTEGER NOT NULL CHECK (seq > 0),
	version INTEGER NOT NULL CHECK (version > 0),
	number TEXT NOT NULL CHECK (number <> ''),
	title TEXT NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	file BLOB NOT NULL UNIQUE CHECK (length(file) = 32),
	size INTEGER NOT NULL,
	pages INTEGER NOT NULL CHECK (pages > 0),
	row_count INTEGER NOT NULL,
	day TEXT NOT NULL,
	issued_at INTEGER NOT NULL,
	issued_by TEXT NOT NULL CHECK (issued_by <> ''),
	office TEXT NOT NULL,
	former BLOB UNIQUE REFERENCES issued_document (id),
	short_code TEXT NOT NULL UNIQUE,
	seal TEXT NOT NULL UNIQUE,
	UNIQUE (code, unit, year, seq, version),
	UNIQUE (kind, lang, subject, area, version),
	CONSTRAINT first_or_follows CHECK ((version = 1) = (former IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX issued_document_kind ON issued_document (kind, id);
CREATE INDEX issued_document_subject ON issued_document (subject);
CREATE TABLE issued_file (
	document_id BLOB PRIMARY KEY REFERENCES issued_document (id),
	content BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE issued_withdrawal (
	document_id BLOB PRIMARY KEY REFERENCES issued_document (id),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL CHECK (actor <> ''),
	reason TEXT NOT NULL CHECK (reason <> '')
) STRICT, WITHOUT ROWID;
CREATE TRIGGER issued_document_no_gap BEFORE INSERT ON issued_document
BEGIN
	SELECT RAISE(ABORT, 'issued_document: numbers follow each other without a gap')
		WHERE NEW.version = 1 AND NEW.seq <> 1 + COALESCE((SELECT MAX(seq) FROM issued_document
			WHERE code = NEW.code AND unit = NEW.unit AND year = NEW.year), 0);
	SELECT RAISE(ABORT, 'issued_document: a version follows the one before it under its number')
		WHERE NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM issued_document WHERE id = NEW.former AND version = NEW.version - 1
			AND number = NEW.number AND kind = NEW.kind AND subject = NEW.subject AND lang = NEW.lang AND area = NEW.area);
END;
CREATE TRIGGER issued_document_no_update BEFORE UPDATE ON issued_document
BEGIN
	SELECT RAISE(ABORT, 'issued_document is append-only');
END;
CREATE TRIGGER issued_document_no_delete BEFORE DELETE ON issued_document
BEGIN
	SELECT RAISE(ABORT, 'issued_document is append-only');
END;
CREATE TRIGGER issued_file_no_update BEFORE UPDATE ON issued_file
BEGIN
	SELECT RAISE(ABORT, 'issued_file is append-only');
END;
CREATE TRIGGER issued_file_no_delete BEFORE DELETE ON issued_file
BEGIN
	SELECT RAISE(ABORT, 'issued_file is append-only');
END;
CREATE TRIGGER issued_withdrawal_no_update BEFORE UPDATE ON issued_withdrawal
BEGIN
	SELECT RAISE(ABORT, 'issued_withdrawal is append-only');
END;
CREATE TRIGGER issued_withdrawal_no_delete BEFORE DELETE ON issued_withdrawal
BEGIN
	SELECT RAISE(ABORT, 'issued_withdrawal is append-only');
END;
