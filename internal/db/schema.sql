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

CREATE INDEX audit_entry_action ON audit_entry (action, seq);

CREATE INDEX audit_entry_actor ON audit_entry (actor, seq);

CREATE INDEX audit_entry_at ON audit_entry (at);

CREATE INDEX audit_entry_subject ON audit_entry (subject, seq);

CREATE TABLE audit_hash (
	idx INTEGER PRIMARY KEY,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE audit_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	size INTEGER NOT NULL
) STRICT;

CREATE TRIGGER determination_decided BEFORE UPDATE ON determination
WHEN OLD.decided_by IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.content <> OLD.content
BEGIN
	SELECT RAISE(ABORT, 'a decided determination is never changed');
END;

CREATE TRIGGER determination_no_delete BEFORE DELETE ON determination
BEGIN
	SELECT RAISE(ABORT, 'determinations are never removed');
END;

CREATE TABLE determination (
	id BLOB PRIMARY KEY,
	snapshot_id BLOB NOT NULL REFERENCES snapshot (id),
	ranking_id BLOB NOT NULL REFERENCES ranking (id),
	state TEXT NOT NULL CHECK (state IN ('computed', 'proposed', 'enacted', 'rejected')),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	proposed_at INTEGER,
	proposed_by TEXT,
	decided_at INTEGER,
	decided_by TEXT,
	note TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	content TEXT NOT NULL,
	CHECK ((proposed_by IS NULL) = (state = 'computed')),
	CHECK ((decided_by IS NULL) = (state IN ('computed', 'proposed'))),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX determination_enacted ON determination (state, decided_at);

CREATE TABLE duplicate_pair (
	left_id BLOB NOT NULL CHECK (length(left_id) = 16),
	right_id BLOB NOT NULL CHECK (length(right_id) = 16),
	id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
	left_family BLOB NOT NULL,
	right_family BLOB NOT NULL,
	left_area TEXT NOT NULL,
	right_area TEXT NOT NULL,
	score INTEGER NOT NULL,
	probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 1000000),
	same INTEGER NOT NULL CHECK (same IN (0, 1)),
	pieces TEXT NOT NULL,
	found_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'confirmed', 'rejected', 'settled')),
	dropped BLOB CHECK (dropped IS NULL OR dropped = left_id OR dropped = right_id),
	decided_by TEXT NOT NULL,
	decided_at INTEGER NOT NULL,
	note TEXT NOT NULL,
	settled_by BLOB,
	PRIMARY KEY (left_id, right_id),
	CHECK (left_id < right_id),
	CHECK ((status = 'confirmed') = (dropped IS NOT NULL)),
	CHECK ((status = 'settled') = (settled_by IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX duplicate_pair_desk ON duplicate_pair (status, score, id);

CREATE INDEX duplicate_pair_right ON duplicate_pair (right_id);

CREATE INDEX duplicate_pair_settled ON duplicate_pair (settled_by) WHERE settled_by IS NOT NULL;

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

CREATE TABLE family_rank (
	family_id BLOB NOT NULL CHECK (length(family_id) = 16),
	ranking_id BLOB NOT NULL REFERENCES ranking (id),
	area TEXT NOT NULL,
	score INTEGER,
	decile INTEGER CHECK (decile BETWEEN 1 AND 10),
	decile_region INTEGER CHECK (decile_region BETWEEN 1 AND 10),
	PRIMARY KEY (family_id, ranking_id),
	CHECK ((score IS NULL) = (decile IS NULL) AND (score IS NULL) = (decile_region IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER handover_no_delete BEFORE DELETE ON handover
BEGIN
	SELECT RAISE(ABORT, 'handover: nothing is removed');
END;

CREATE TRIGGER handover_no_update BEFORE UPDATE ON handover
BEGIN
	SELECT RAISE(ABORT, 'handover: nothing is changed');
END;

CREATE TABLE handover (
	list_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	receiver TEXT NOT NULL,
	proof TEXT NOT NULL,
	PRIMARY KEY (list_id, line_no, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
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
, report BLOB) STRICT, WITHOUT ROWID;

CREATE TABLE import_upload_part (
	upload_id BLOB NOT NULL,
	member INTEGER NOT NULL CHECK (member IN (0, 1)),
	no INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (upload_id, member, no)
) STRICT;

CREATE TABLE insight_figure (
	measure TEXT NOT NULL,
	parent TEXT NOT NULL,
	area TEXT NOT NULL,
	part TEXT NOT NULL,
	split TEXT NOT NULL,
	n INTEGER NOT NULL,
	amount INTEGER NOT NULL,
	PRIMARY KEY (measure, parent, area, part, split)
) STRICT, WITHOUT ROWID;

CREATE TABLE insight_source (
	measure TEXT NOT NULL,
	area TEXT NOT NULL,
	name TEXT NOT NULL,
	as_of TEXT NOT NULL,
	computed_at INTEGER NOT NULL,
	PRIMARY KEY (measure, area, name, as_of)
) STRICT, WITHOUT ROWID;

CREATE TABLE installation (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	keys TEXT NOT NULL
) STRICT;

CREATE TRIGGER instruction_added BEFORE INSERT ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: lines are added to a draft')
		WHERE NEW.status NOT IN ('planned', 'held') OR (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
END;

CREATE TRIGGER instruction_ends AFTER UPDATE OF status ON instruction
	WHEN NEW.status IN ('cancelled', 'reissued') AND OLD.status <> NEW.status
BEGIN
	UPDATE instruction_part SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id;
END;

CREATE TRIGGER instruction_fixed BEFORE UPDATE OF list_id, line_no, family_id, person_id, payee_id, area, bank, number_sealed, number_blind, number_masked, holder, amount ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: this never changes');
END;

CREATE TRIGGER instruction_moves BEFORE UPDATE OF status ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: a line does not move that way')
		WHERE OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('planned>held', 'planned>released', 'planned>cancelled', 'held>planned', 'held>dropped', 'released>held', 'held>cancelled', 'released>sent', 'sent>released', 'sent>credited', 'sent>returned', 'credited>returned', 'returned>credited', 'returned>reissued', 'returned>remitted');
	SELECT RAISE(ABORT, 'instruction: its list is not released')
		WHERE NEW.status = 'released' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'released';
	SELECT RAISE(ABORT, 'instruction: its list is not sent')
		WHERE NEW.status = 'sent' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'sent';
	SELECT RAISE(ABORT, 'instruction: its list was never sent')
		WHERE NEW.status IN ('credited', 'returned') AND (SELECT status FROM pay_list WHERE id = NEW.list_id) NOT IN ('sent', 'settled');
	SELECT RAISE(ABORT, 'instruction: a line is planned in a draft')
		WHERE NEW.status = 'planned' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
END;

CREATE TRIGGER instruction_no_delete BEFORE DELETE ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: nothing is removed');
END;

CREATE TABLE instruction (
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	line_no INTEGER NOT NULL CHECK (line_no > 0),
	family_id BLOB NOT NULL,
	person_id BLOB,
	payee_id BLOB,
	area TEXT NOT NULL,
	bank TEXT NOT NULL,
	number_sealed BLOB,
	number_blind BLOB,
	number_masked TEXT NOT NULL,
	holder TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	status TEXT NOT NULL CHECK (status IN ('planned', 'held', 'released', 'sent', 'credited', 'returned', 'reissued', 'remitted', 'cancelled', 'dropped')),
	code TEXT NOT NULL DEFAULT '',
	settled_at INTEGER,
	PRIMARY KEY (list_id, line_no, family_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX instruction_family ON instruction (family_id, list_id);

CREATE UNIQUE INDEX instruction_line ON instruction (list_id, line_no);

CREATE TRIGGER instruction_event_no_delete BEFORE DELETE ON instruction_event
BEGIN
	SELECT RAISE(ABORT, 'instruction_event: nothing is removed');
END;

CREATE TRIGGER instruction_event_no_update BEFORE UPDATE ON instruction_event
BEGIN
	SELECT RAISE(ABORT, 'instruction_event: nothing is changed');
END;

CREATE TABLE instruction_event (
	list_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	act INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	status TEXT NOT NULL,
	code TEXT NOT NULL,
	amount INTEGER NOT NULL,
	PRIMARY KEY (list_id, line_no, act, family_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER instruction_part_added BEFORE INSERT ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: parts are added to a draft')
		WHERE NEW.live <> 1 OR (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
END;

CREATE TRIGGER instruction_part_fixed BEFORE UPDATE OF list_id, line_no, family_id, beneficiary_id, component, programme, period, amount ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: this never changes');
END;

CREATE TRIGGER instruction_part_lives BEFORE UPDATE OF live ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: a part dies with its line')
		WHERE OLD.live = 0 OR (SELECT status FROM instruction WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id) NOT IN ('cancelled', 'reissued');
END;

CREATE TRIGGER instruction_part_no_delete BEFORE DELETE ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: nothing is removed');
END;

CREATE TABLE instruction_part (
	list_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	beneficiary_id BLOB NOT NULL,
	component TEXT NOT NULL,
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
	PRIMARY KEY (list_id, line_no, beneficiary_id, component, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX pay_once ON instruction_part (programme, period, beneficiary_id, component) WHERE live = 1;

CREATE TRIGGER issued_document_no_delete BEFORE DELETE ON issued_document
BEGIN
	SELECT RAISE(ABORT, 'issued_document is append-only');
END;

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

CREATE TRIGGER issued_file_no_delete BEFORE DELETE ON issued_file
BEGIN
	SELECT RAISE(ABORT, 'issued_file is append-only');
END;

CREATE TRIGGER issued_file_no_update BEFORE UPDATE ON issued_file
BEGIN
	SELECT RAISE(ABORT, 'issued_file is append-only');
END;

CREATE TABLE issued_file (
	document_id BLOB PRIMARY KEY REFERENCES issued_document (id),
	content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issued_series (
	code TEXT NOT NULL,
	unit TEXT NOT NULL,
	year INTEGER NOT NULL,
	last INTEGER NOT NULL CHECK (last >= 0),
	PRIMARY KEY (code, unit, year)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER issued_withdrawal_no_delete BEFORE DELETE ON issued_withdrawal
BEGIN
	SELECT RAISE(ABORT, 'issued_withdrawal is append-only');
END;

CREATE TRIGGER issued_withdrawal_no_update BEFORE UPDATE ON issued_withdrawal
BEGIN
	SELECT RAISE(ABORT, 'issued_withdrawal is append-only');
END;

CREATE TABLE issued_withdrawal (
	document_id BLOB PRIMARY KEY REFERENCES issued_document (id),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL CHECK (actor <> ''),
	reason TEXT NOT NULL CHECK (reason <> '')
) STRICT, WITHOUT ROWID;

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

CREATE TABLE notice (
	family_id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	code_sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notice_key (
	key BLOB PRIMARY KEY CHECK (length(key) = 16),
	determination_id BLOB NOT NULL REFERENCES determination (id),
	family_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

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
	facts BLOB NOT NULL, withdrawn TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (family_id, version, subject)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER outcome_no_delete BEFORE DELETE ON outcome
BEGIN
	SELECT RAISE(ABORT, 'outcomes are never removed');
END;

CREATE TRIGGER outcome_no_update BEFORE UPDATE ON outcome
BEGIN
	SELECT RAISE(ABORT, 'outcomes are never changed');
END;

CREATE TABLE outcome (
	determination_id BLOB NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	outcome INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 4),
	answers INTEGER NOT NULL,
	queue INTEGER,
	uncertain INTEGER NOT NULL CHECK (uncertain IN (0, 1)),
	annual INTEGER NOT NULL CHECK (annual >= 0),
	lines TEXT,
	PRIMARY KEY (determination_id, programme, area, family_id, subject_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX outcome_family ON outcome (family_id, determination_id, programme, subject_id);

CREATE INDEX outcome_open ON outcome (determination_id, area, family_id, subject_id, programme) WHERE outcome = 4;

CREATE TABLE outcome_count (
	determination_id BLOB NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT NOT NULL,
	outcome INTEGER NOT NULL,
	subjects INTEGER NOT NULL,
	annual INTEGER NOT NULL,
	PRIMARY KEY (determination_id, programme, area, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome_reason (
	determination_id BLOB NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT NOT NULL,
	item INTEGER NOT NULL,
	blocks INTEGER NOT NULL,
	still_open INTEGER NOT NULL,
	alone INTEGER NOT NULL,
	PRIMARY KEY (determination_id, programme, area, item)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER pay_list_begins BEFORE INSERT ON pay_list
	WHEN NEW.status <> 'draft'
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a list begins as a draft');
END;

CREATE TRIGGER pay_list_checked_once BEFORE UPDATE OF checker, checked_at, checked_digest, checked_seal ON pay_list
	WHEN OLD.checker IS NOT NULL AND NEW.status <> 'draft' AND (OLD.checker IS DISTINCT FROM NEW.checker OR OLD.checked_digest IS DISTINCT FROM NEW.checked_digest OR OLD.checked_seal IS DISTINCT FROM NEW.checked_seal OR OLD.checked_at IS DISTINCT FROM NEW.checked_at)
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a check stands or falls whole');
END;

CREATE TRIGGER pay_list_digest BEFORE UPDATE OF digest, total, lines ON pay_list
	WHEN NEW.status <> 'draft' AND (OLD.digest <> NEW.digest OR OLD.total <> NEW.total OR OLD.lines <> NEW.lines)
BEGIN
	SELECT RAISE(ABORT, 'pay_list: an edit makes it a draft again');
END;

CREATE TRIGGER pay_list_fixed BEFORE UPDATE OF id, number, programme, version, period, fund, determination, area, channel, maker, made_at ON pay_list
BEGIN
	SELECT RAISE(ABORT, 'pay_list: this never changes');
END;

CREATE TRIGGER pay_list_moves BEFORE UPDATE OF status ON pay_list
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('draft>checked', 'draft>discarded', 'checked>draft', 'checked>released', 'checked>discarded', 'released>sent', 'sent>released', 'sent>settled')
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a list does not move that way');
END;

CREATE TRIGGER pay_list_no_delete BEFORE DELETE ON pay_list
BEGIN
	SELECT RAISE(ABORT, 'pay_list: nothing is removed');
END;

CREATE TRIGGER pay_list_released_once BEFORE UPDATE OF releaser, released_at, released_digest, released_seal ON pay_list
	WHEN OLD.releaser IS NOT NULL AND (OLD.releaser IS DISTINCT FROM NEW.releaser OR OLD.released_digest IS DISTINCT FROM NEW.released_digest OR OLD.released_seal IS DISTINCT FROM NEW.released_seal OR OLD.released_at IS DISTINCT FROM NEW.released_at)
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a release is not taken back');
END;

CREATE TABLE pay_list (
	id BLOB PRIMARY KEY,
	number TEXT NOT NULL UNIQUE CHECK (number <> ''),
	programme TEXT NOT NULL,
	version TEXT NOT NULL,
	period TEXT NOT NULL,
	fund TEXT NOT NULL,
	determination BLOB NOT NULL,
	area TEXT NOT NULL,
	channel TEXT NOT NULL CHECK (channel IN ('bank', 'goods')),
	status TEXT NOT NULL CHECK (status IN ('draft', 'checked', 'released', 'sent', 'settled', 'discarded')),
	turn INTEGER NOT NULL DEFAULT 0,
	lines INTEGER NOT NULL,
	total INTEGER NOT NULL CHECK (total >= 0),
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	maker TEXT NOT NULL CHECK (maker <> ''),
	made_at INTEGER NOT NULL,
	checker TEXT,
	checked_at INTEGER,
	checked_digest BLOB,
	checked_seal BLOB,
	releaser TEXT,
	released_at INTEGER,
	released_digest BLOB CHECK (length(released_digest) = 32),
	released_seal BLOB,
	CONSTRAINT checker_is_another CHECK (checker <> maker),
	CONSTRAINT releaser_is_a_third CHECK (releaser IS NULL OR (checker IS NOT NULL AND releaser <> maker AND releaser <> checker)),
	CONSTRAINT checked_what_stands CHECK (status IN ('draft', 'discarded')
		OR (checker IS NOT NULL AND checked_at IS NOT NULL AND checked_seal IS NOT NULL AND checked_digest IS NOT NULL AND checked_digest = digest)),
	CONSTRAINT released_by_somebody CHECK (status IN ('draft', 'discarded', 'checked')
		OR (releaser IS NOT NULL AND released_at IS NOT NULL AND released_seal IS NOT NULL AND released_digest IS NOT NULL)),
	CONSTRAINT draft_is_unseen CHECK (status <> 'draft' OR (checker IS NULL AND releaser IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX pay_list_area ON pay_list (area, made_at);

CREATE INDEX pay_list_period ON pay_list (programme, period);

CREATE TRIGGER pay_list_act_no_delete BEFORE DELETE ON pay_list_act
BEGIN
	SELECT RAISE(ABORT, 'pay_list_act: nothing is removed');
END;

CREATE TRIGGER pay_list_act_no_update BEFORE UPDATE ON pay_list_act
BEGIN
	SELECT RAISE(ABORT, 'pay_list_act: nothing is changed');
END;

CREATE TABLE pay_list_act (
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	act INTEGER NOT NULL,
	kind TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	entry INTEGER REFERENCES ledger_entry (seq),
	file_id BLOB,
	note TEXT NOT NULL,
	lines INTEGER NOT NULL,
	total INTEGER NOT NULL,
	PRIMARY KEY (list_id, act)
) STRICT, WITHOUT ROWID;

CREATE INDEX pay_list_act_entry ON pay_list_act (entry);

CREATE TABLE pay_list_number (
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (programme, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE pay_list_sum (
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	status TEXT NOT NULL,
	lines INTEGER NOT NULL,
	total INTEGER NOT NULL,
	PRIMARY KEY (list_id, status)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER payment_exception_fixed BEFORE UPDATE OF id, area, list_id, line_no, family_id, file_id, file_line, code, said, detail, amount, opened_at ON payment_exception
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: this never changes');
END;

CREATE TRIGGER payment_exception_moves BEFORE UPDATE OF status ON payment_exception
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('open>proposed', 'proposed>open', 'proposed>resolved', 'open>lapsed', 'proposed>lapsed')
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: an exception does not move that way');
END;

CREATE TRIGGER payment_exception_no_delete BEFORE DELETE ON payment_exception
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: nothing is removed');
END;

CREATE TABLE payment_exception (
	id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	line_no INTEGER,
	family_id BLOB,
	file_id BLOB REFERENCES return_file (id),
	file_line INTEGER,
	code TEXT NOT NULL,
	said TEXT NOT NULL,
	detail TEXT NOT NULL,
	amount INTEGER NOT NULL,
	opened_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'proposed', 'resolved', 'lapsed')),
	action TEXT NOT NULL DEFAULT '',
	note TEXT NOT NULL DEFAULT '',
	proposer TEXT,
	proposed_at INTEGER,
	approver TEXT,
	resolved_at INTEGER,
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR (proposer IS NOT NULL AND approver <> proposer)),
	CONSTRAINT proposed_by_somebody CHECK (status IN ('open', 'lapsed') OR (proposer IS NOT NULL AND action <> '')),
	CONSTRAINT resolved_by_two CHECK ((status = 'resolved') = (approver IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX payment_exception_list ON payment_exception (list_id, line_no);

CREATE INDEX payment_exception_open ON payment_exception (status, opened_at);

CREATE TRIGGER payment_file_fixed BEFORE UPDATE OF batch, list_id, area ON payment_file
BEGIN
	SELECT RAISE(ABORT, 'payment_file: this never changes');
END;

CREATE TRIGGER payment_file_moves BEFORE UPDATE OF state ON payment_file
	WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('due>cut', 'cut>handing', 'handing>handed', 'handing>cut')
BEGIN
	SELECT RAISE(ABORT, 'payment_file: a file does not move that way');
END;

CREATE TRIGGER payment_file_no_delete BEFORE DELETE ON payment_file
BEGIN
	SELECT RAISE(ABORT, 'payment_file: nothing is removed');
END;

CREATE TRIGGER payment_file_once BEFORE UPDATE OF sha256, name, lines, total ON payment_file
	WHEN OLD.sha256 IS NOT NULL AND (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.name <> NEW.name OR OLD.lines <> NEW.lines OR OLD.total <> NEW.total)
BEGIN
	SELECT RAISE(ABORT, 'payment_file: a file that was cut stays as it is');
END;

CREATE TABLE payment_file (
	batch TEXT PRIMARY KEY,
	list_id BLOB NOT NULL UNIQUE REFERENCES pay_list (id),
	area TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('due', 'cut', 'handing', 'handed')),
	name TEXT NOT NULL DEFAULT '',
	sha256 BLOB CHECK (length(sha256) = 32),
	lines INTEGER NOT NULL,
	total INTEGER NOT NULL,
	tries INTEGER NOT NULL DEFAULT 0,
	cut_at INTEGER,
	handing_at INTEGER,
	handed_at INTEGER,
	receipt TEXT NOT NULL DEFAULT '',
	CONSTRAINT cut_is_known CHECK (state = 'due' OR (sha256 IS NOT NULL AND name <> ''))
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

CREATE TABLE ranking (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	snapshot_id BLOB NOT NULL REFERENCES snapshot (id),
	model TEXT NOT NULL,
	model_digest TEXT NOT NULL,
	as_of TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	summary TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER return_file_no_delete BEFORE DELETE ON return_file
BEGIN
	SELECT RAISE(ABORT, 'return_file: nothing is removed');
END;

CREATE TRIGGER return_file_no_update BEFORE UPDATE ON return_file
BEGIN
	SELECT RAISE(ABORT, 'return_file: nothing is changed');
END;

CREATE TABLE return_file (
	id BLOB PRIMARY KEY,
	sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
	name TEXT NOT NULL,
	batch TEXT NOT NULL,
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	area TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	lines INTEGER NOT NULL,
	matched INTEGER NOT NULL,
	explained INTEGER NOT NULL,
	queued INTEGER NOT NULL,
	credited INTEGER NOT NULL,
	returned INTEGER NOT NULL,
	CONSTRAINT every_line_is_judged CHECK (lines = matched + explained + queued)
) STRICT, WITHOUT ROWID;

CREATE INDEX return_file_list ON return_file (list_id);

CREATE TRIGGER return_line_no_delete BEFORE DELETE ON return_line
BEGIN
	SELECT RAISE(ABORT, 'return_line: nothing is removed');
END;

CREATE TRIGGER return_line_no_update BEFORE UPDATE ON return_line
BEGIN
	SELECT RAISE(ABORT, 'return_line: nothing is changed');
END;

CREATE TABLE return_line (
	file_id BLOB NOT NULL REFERENCES return_file (id),
	line INTEGER NOT NULL,
	reference TEXT NOT NULL,
	status TEXT NOT NULL,
	code TEXT NOT NULL,
	amount INTEGER NOT NULL,
	at INTEGER NOT NULL,
	verdict TEXT NOT NULL CHECK (verdict IN ('matched', 'explained', 'queued')),
	reason TEXT NOT NULL,
	line_no INTEGER,
	PRIMARY KEY (file_id, line)
) STRICT, WITHOUT ROWID;

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
