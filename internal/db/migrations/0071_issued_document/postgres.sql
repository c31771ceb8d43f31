CREATE TABLE issued_series (
	code TEXT NOT NULL,
	unit TEXT NOT NULL,
	year INTEGER NOT NULL,
	last BIGINT NOT NULL CHECK (last >= 0),
	PRIMARY KEY (code, unit, year)
);
CREATE TABLE issued_document (
	id UUID PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind <> ''),
	lang TEXT NOT NULL CHECK (lang IN ('id', 'en')),
	subject TEXT NOT NULL CHECK (subject <> ''),
	area TEXT COLLATE "C" NOT NULL,
	code TEXT NOT NULL,
	unit TEXT NOT NULL,
	year INTEGER NOT NULL,
	seq BIGINT NOT NULL CHECK (seq > 0),
	version INTEGER NOT NULL CHECK (version > 0),
	number TEXT NOT NULL CHECK (number <> ''),
	title TEXT NOT NULL,
	hash BYTEA NOT NULL CHECK (length(hash) = 32),
	file BYTEA NOT NULL UNIQUE CHECK (length(file) = 32),
	size BIGINT NOT NULL,
	pages INTEGER NOT NULL CHECK (pages > 0),
	row_count INTEGER NOT NULL,
	day TEXT NOT NULL,
	issued_at BIGINT NOT NULL,
	issued_by TEXT NOT NULL CHECK (issued_by <> ''),
	office TEXT NOT NULL,
	former UUID UNIQUE REFERENCES issued_document (id),
	short_code TEXT NOT NULL UNIQUE,
	seal TEXT NOT NULL UNIQUE,
	UNIQUE (code, unit, year, seq, version),
	UNIQUE (kind, lang, subject, area, version),
	CONSTRAINT first_or_follows CHECK ((version = 1) = (former IS NULL))
);
CREATE INDEX issued_document_kind ON issued_document (kind, id);
CREATE INDEX issued_document_subject ON issued_document (subject);
CREATE TABLE issued_file (
	document_id UUID PRIMARY KEY REFERENCES issued_document (id),
	content BYTEA NOT NULL
);
CREATE TABLE issued_withdrawal (
	document_id UUID PRIMARY KEY REFERENCES issued_document (id),
	at BIGINT NOT NULL,
	actor TEXT NOT NULL CHECK (actor <> ''),
	reason TEXT NOT NULL CHECK (reason <> '')
);
CREATE FUNCTION issued_document_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.version = 1 AND NEW.seq <> 1 + COALESCE((SELECT MAX(seq) FROM issued_document
			WHERE code = NEW.code AND unit = NEW.unit AND year = NEW.year), 0) THEN
		RAISE EXCEPTION 'issued_document: numbers follow each other without a gap';
	END IF;
	IF NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM issued_document WHERE id = NEW.former AND version = NEW.version - 1
			AND number = NEW.number AND kind = NEW.kind AND subject = NEW.subject AND lang = NEW.lang AND area = NEW.area) THEN
		RAISE EXCEPTION 'issued_document: a version follows the one before it under its number';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER issued_document_no_gap BEFORE INSERT ON issued_document
	FOR EACH ROW EXECUTE FUNCTION issued_document_no_gap();
CREATE TRIGGER issued_document_append_only BEFORE UPDATE OR DELETE ON issued_document
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER issued_document_no_truncate BEFORE TRUNCATE ON issued_document
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER issued_file_append_only BEFORE UPDATE OR DELETE ON issued_file
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER issued_file_no_truncate BEFORE TRUNCATE ON issued_file
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER issued_withdrawal_append_only BEFORE UPDATE OR DELETE ON issued_withdrawal
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER issued_withdrawal_no_truncate BEFORE TRUNCATE ON issued_withdrawal
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
