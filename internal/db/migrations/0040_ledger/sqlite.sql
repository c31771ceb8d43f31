CREATE TABLE ledger_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	seq INTEGER NOT NULL
) STRICT;
INSERT INTO ledger_head (one, seq) VALUES (1, 0);
CREATE TABLE ledger_account (
	code TEXT PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('treasury', 'allotment', 'reserved', 'released', 'channel',
		'credited', 'withdrawn', 'returned', 'unclaimed', 'remitted', 'recoverable')),
	fund TEXT NOT NULL CHECK (fund <> ''),
	CHECK (code = kind || ':' || fund)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_account_fund ON ledger_account (fund, kind);
CREATE TABLE ledger_entry (
	seq INTEGER PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	kind TEXT NOT NULL,
	document TEXT NOT NULL,
	object TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	body BLOB NOT NULL CHECK (length(body) = 32),
	chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;
CREATE INDEX ledger_entry_object ON ledger_entry (object, seq);
CREATE TABLE ledger_line (
	entry INTEGER NOT NULL REFERENCES ledger_entry (seq) DEFERRABLE INITIALLY DEFERRED,
	code TEXT NOT NULL REFERENCES ledger_account (code),
	amount INTEGER NOT NULL CHECK (amount <> 0),
	balance INTEGER NOT NULL,
	PRIMARY KEY (entry, code),
	CHECK (balance >= 0 OR code LIKE 'treasury:%')
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_line_account ON ledger_line (code, entry);
CREATE TRIGGER ledger_line_fits BEFORE INSERT ON ledger_line
BEGIN
	SELECT RAISE(ABORT, 'ledger: a line belongs to the entry that is being written')
		WHERE NEW.entry <> COALESCE((SELECT MAX(seq) FROM ledger_entry), 0) + 1;
	SELECT RAISE(ABORT, 'ledger: a line carries the balance after it')
		WHERE NEW.balance <> NEW.amount
			+ COALESCE((SELECT balance FROM ledger_line WHERE code = NEW.code ORDER BY entry DESC LIMIT 1), 0);
END;
CREATE TRIGGER ledger_entry_seals BEFORE INSERT ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger: entries follow each other without a gap')
		WHERE NEW.seq <> COALESCE((SELECT MAX(seq) FROM ledger_entry), 0) + 1;
	SELECT RAISE(ABORT, 'ledger: an entry has two lines or more that sum to zero')
		WHERE (SELECT COUNT(*) < 2 OR SUM(amount) <> 0 FROM ledger_line WHERE entry = NEW.seq);
END;
CREATE TRIGGER ledger_line_no_update BEFORE UPDATE ON ledger_line
BEGIN
	SELECT RAISE(ABORT, 'ledger_line is append-only');
END;
CREATE TRIGGER ledger_line_no_delete BEFORE DELETE ON ledger_line
BEGIN
	SELECT RAISE(ABORT, 'ledger_line is append-only');
END;
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger_entry is append-only');
END;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger_entry is append-only');
END;
CREATE TRIGGER ledger_account_no_update BEFORE UPDATE ON ledger_account
BEGIN
	SELECT RAISE(ABORT, 'ledger_account is append-only');
END;
CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account
BEGIN
	SELECT RAISE(ABORT, 'ledger_account is append-only');
END;
