-- The embedded database's schema after all migrations, to read. Written by `make generate`.

CREATE TABLE account (
	family_id BLOB NOT NULL,
	id BLOB NOT NULL CHECK (length(id) = 16),
	person_id BLOB NOT NULL,
	bank TEXT NOT NULL,
	number_sealed BLOB NOT NULL,
	number_blind BLOB NOT NULL,
	holder TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('unchecked', 'verified', 'rejected', 'closed')),
	PRIMARY KEY (family_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_checkpoint (
	size INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	root BLOB NOT NULL,
	signature BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN
	SELECT RAISE(ABORT, 'audit entries are never removed');
END;

CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN
	SELECT RAISE(ABORT, 'audit entries are never changed');
END;

CREATE TABLE audit_entry (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	area TEXT NOT NULL,
	record BLOB NOT NULL
) STRICT;

CREATE INDEX audit_entry_actor ON audit_entry (actor, seq);

CREATE INDEX audit_entry_subject ON audit_entry (subject, seq);

CREATE TABLE audit_hash (
	idx INTEGER PRIMARY KEY,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE audit_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	size INTEGER NOT NULL
) STRICT;

CREATE TABLE family (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL CHECK (length(area) = 10),
	local_key TEXT NOT NULL,
	kk_sealed BLOB,
	kk_blind BLOB,
	address TEXT NOT NULL,
	rt TEXT NOT NULL,
	rw TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('active', 'dormant', 'moved', 'duplicate', 'dissolved')),
	head_name TEXT NOT NULL,
	size INTEGER NOT NULL,
	facts BLOB NOT NULL,
	observed_on TEXT NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0),
	CHECK ((kk_sealed IS NULL) = (kk_blind IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX family_area ON family (area, id);

CREATE INDEX family_local_key ON family (local_key);

CREATE TRIGGER family_change_no_delete BEFORE DELETE ON family_change
BEGIN
	SELECT RAISE(ABORT, 'changes are never removed');
END;

CREATE TRIGGER family_change_no_update BEFORE UPDATE ON family_change
BEGIN
	SELECT RAISE(ABORT, 'changes are never altered');
END;

CREATE TABLE family_change (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0),
	kind TEXT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	evidence TEXT NOT NULL,
	reason TEXT NOT NULL,
	approved_by TEXT NOT NULL,
	approved_at INTEGER NOT NULL,
	effective_on TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (family_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE identifier (
	blind BLOB NOT NULL CHECK (length(blind) = 16),
	kind TEXT NOT NULL CHECK (kind IN ('nik', 'kk', 'account')),
	family_id BLOB NOT NULL,
	subject BLOB NOT NULL,
	PRIMARY KEY (blind, kind, family_id, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_file (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	family_file TEXT NOT NULL,
	member_file TEXT NOT NULL,
	imported_by TEXT NOT NULL,
	at INTEGER NOT NULL,
	counts TEXT NOT NULL,
	problems BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX import_file_digest ON import_file (digest, id);

CREATE TABLE import_upload (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	uploaded_by TEXT NOT NULL,
	family_file TEXT NOT NULL,
	member_file TEXT NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE import_upload_part (
	upload_id BLOB NOT NULL,
	member INTEGER NOT NULL CHECK (member IN (0, 1)),
	no INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (upload_id, member, no)
) STRICT;

CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account
BEGIN
	SELECT RAISE(ABORT, 'ledger_account is append-only');
END;

CREATE TRIGGER ledger_account_no_update BEFORE UPDATE ON ledger_account
BEGIN
	SELECT RAISE(ABORT, 'ledger_account is append-only');
END;

CREATE TABLE ledger_account (
	code TEXT PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('treasury', 'allotment', 'reserved', 'released', 'channel',
		'credited', 'withdrawn', 'returned', 'unclaimed', 'remitted', 'recoverable')),
	fund TEXT NOT NULL CHECK (fund <> ''),
	CHECK (code = kind || ':' || fund)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_account_fund ON ledger_account (fund, kind);

CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger_entry is append-only');
END;

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger_entry is append-only');
END;

CREATE TRIGGER ledger_entry_seals BEFORE INSERT ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger: entries follow each other without a gap')
		WHERE NEW.seq <> COALESCE((SELECT MAX(seq) FROM ledger_entry), 0) + 1;
	SELECT RAISE(ABORT, 'ledger: an entry has two lines or more that sum to zero')
		WHERE (SELECT COUNT(*) < 2 OR SUM(amount) <> 0 FROM ledger_line WHERE entry = NEW.seq);
END;

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

CREATE TABLE ledger_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	seq INTEGER NOT NULL
) STRICT;

CREATE TRIGGER ledger_line_fits BEFORE INSERT ON ledger_line
BEGIN
	SELECT RAISE(ABORT, 'ledger: a line belongs to the entry that is being written')
		WHERE NEW.entry <> COALESCE((SELECT MAX(seq) FROM ledger_entry), 0) + 1;
	SELECT RAISE(ABORT, 'ledger: a line carries the balance after it')
		WHERE NEW.balance <> NEW.amount
			+ COALESCE((SELECT balance FROM ledger_line WHERE code = NEW.code ORDER BY entry DESC LIMIT 1), 0);
END;

CREATE TRIGGER ledger_line_no_delete BEFORE DELETE ON ledger_line
BEGIN
	SELECT RAISE(ABORT, 'ledger_line is append-only');
END;

CREATE TRIGGER ledger_line_no_update BEFORE UPDATE ON ledger_line
BEGIN
	SELECT RAISE(ABORT, 'ledger_line is append-only');
END;

CREATE TABLE ledger_line (
	entry INTEGER NOT NULL REFERENCES ledger_entry (seq) DEFERRABLE INITIALLY DEFERRED,
	code TEXT NOT NULL REFERENCES ledger_account (code),
	amount INTEGER NOT NULL CHECK (amount <> 0),
	balance INTEGER NOT NULL,
	PRIMARY KEY (entry, code),
	CHECK (balance >= 0 OR code LIKE 'treasury:%')
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX ledger_line_account ON ledger_line (code, entry);

CREATE TRIGGER observation_no_delete BEFORE DELETE ON observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never removed');
END;

CREATE TRIGGER observation_no_update BEFORE UPDATE ON observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never altered');
END;

CREATE TABLE observation (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL,
	subject BLOB NOT NULL,
	source TEXT NOT NULL,
	observed_on TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	facts BLOB NOT NULL,
	PRIMARY KEY (family_id, version, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
	family_id BLOB NOT NULL,
	id BLOB NOT NULL CHECK (length(id) = 16),
	area TEXT NOT NULL,
	name TEXT NOT NULL,
	name_key TEXT NOT NULL,
	born TEXT,
	female INTEGER NOT NULL CHECK (female IN (0, 1)),
	relation INTEGER NOT NULL,
	mother_name TEXT NOT NULL,
	nik_sealed BLOB,
	nik_blind BLOB,
	status TEXT NOT NULL CHECK (status IN ('active', 'dead', 'moved', 'duplicate', 'not_found')),
	facts BLOB NOT NULL,
	observed_on TEXT NOT NULL,
	PRIMARY KEY (family_id, id),
	CHECK ((nik_sealed IS NULL) = (nik_blind IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX person_area ON person (area, family_id, id);

CREATE INDEX person_name ON person (name_key);

CREATE TABLE run (
	id BLOB PRIMARY KEY,
	kind TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
	dry INTEGER NOT NULL CHECK (dry IN (0, 1)),
	args TEXT NOT NULL,
	actor TEXT NOT NULL,
	progress TEXT NOT NULL,
	result TEXT NOT NULL,
	failure TEXT NOT NULL,
	cancel INTEGER NOT NULL CHECK (cancel IN (0, 1)),
	attempt INTEGER NOT NULL,
	asked_at INTEGER NOT NULL,
	started_at INTEGER NOT NULL,
	beat_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX run_asked ON run (asked_at, id);

CREATE INDEX run_state ON run (state, beat_at);

CREATE TABLE schema_migration (
	name TEXT PRIMARY KEY,
	digest TEXT NOT NULL,
	applied_at BIGINT NOT NULL
);

CREATE TABLE session (
	token BLOB PRIMARY KEY,
	staff_id BLOB NOT NULL REFERENCES staff (id),
	created_at INTEGER NOT NULL,
	seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_staff ON session (staff_id);

CREATE TABLE sign_in_attempt (
	login TEXT PRIMARY KEY,
	failures INTEGER NOT NULL,
	last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	as_of TEXT NOT NULL,
	scope TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	families INTEGER NOT NULL CHECK (families >= 0),
	members INTEGER NOT NULL CHECK (members >= 0),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX snapshot_created ON snapshot (created_at);

CREATE TABLE staff (
	id BLOB PRIMARY KEY,
	login TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	password TEXT NOT NULL,
	roles TEXT NOT NULL,
	scope TEXT NOT NULL,
	unit TEXT NOT NULL,
	active INTEGER NOT NULL CHECK (active IN (0, 1)),
	created_at INTEGER NOT NULL,
	changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
