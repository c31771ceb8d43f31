CREATE TABLE ledger_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	seq BIGINT NOT NULL
);
INSERT INTO ledger_head (one, seq) VALUES (1, 0);
CREATE TABLE ledger_account (
	code TEXT COLLATE "C" PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('treasury', 'allotment', 'reserved', 'released', 'channel',
		'credited', 'withdrawn', 'returned', 'unclaimed', 'remitted', 'recoverable')),
	fund TEXT COLLATE "C" NOT NULL CHECK (fund <> ''),
	CHECK (code = kind || ':' || fund)
);
CREATE INDEX ledger_account_fund ON ledger_account (fund, kind);
CREATE TABLE ledger_entry (
	seq BIGINT PRIMARY KEY,
	key TEXT COLLATE "C" NOT NULL UNIQUE CHECK (key <> ''),
	kind TEXT NOT NULL,
	document TEXT NOT NULL,
	object TEXT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	body BYTEA NOT NULL CHECK (length(body) = 32),
	chain BYTEA NOT NULL CHECK (length(chain) = 32)
);
CREATE INDEX ledger_entry_object ON ledger_entry (object, seq);
CREATE TABLE ledger_line (
	entry BIGINT NOT NULL REFERENCES ledger_entry (seq) DEFERRABLE INITIALLY DEFERRED,
	code TEXT COLLATE "C" NOT NULL REFERENCES ledger_account (code),
	amount BIGINT NOT NULL CHECK (amount <> 0),
	balance BIGINT NOT NULL,
	PRIMARY KEY (entry, code),
	CHECK (balance >= 0 OR code LIKE 'treasury:%')
);
CREATE UNIQUE INDEX ledger_line_account ON ledger_line (code, entry);
-- The head's lock puts whoever adds a line behind whoever is adding one, so
-- that what the trigger reads is the last committed state.
CREATE FUNCTION ledger_line_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM 1 FROM ledger_head WHERE one = 1 FOR UPDATE;
	IF NEW.entry <> COALESCE((SELECT MAX(seq) FROM ledger_entry), 0) + 1 THEN
		RAISE EXCEPTION 'ledger: a line belongs to the entry that is being written';
	END IF;
	IF NEW.balance <> NEW.amount
			+ COALESCE((SELECT balance FROM ledger_line WHERE code = NEW.code ORDER BY entry DESC LIMIT 1), 0) THEN
		RAISE EXCEPTION 'ledger: a line carries the balance after it';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER ledger_line_fits BEFORE INSERT ON ledger_line
	FOR EACH ROW EXECUTE FUNCTION ledger_line_fits();
CREATE FUNCTION ledger_entry_seals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM 1 FROM ledger_head WHERE one = 1 FOR UPDATE;
	IF NEW.seq <> COALESCE((SELECT MAX(seq) FROM ledger_entry), 0) + 1 THEN
		RAISE EXCEPTION 'ledger: entries follow each other without a gap';
	END IF;
	IF (SELECT COUNT(*) < 2 OR SUM(amount) <> 0 FROM ledger_line WHERE entry = NEW.seq) THEN
		RAISE EXCEPTION 'ledger: an entry has two lines or more that sum to zero';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER ledger_entry_seals BEFORE INSERT ON ledger_entry
	FOR EACH ROW EXECUTE FUNCTION ledger_entry_seals();
CREATE TRIGGER ledger_line_append_only BEFORE UPDATE OR DELETE ON ledger_line
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_account_append_only BEFORE UPDATE OR DELETE ON ledger_account
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_line_no_truncate BEFORE TRUNCATE ON ledger_line
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
