CREATE TABLE pay_list_number (
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (programme, period)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE pay_list_sum (
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	status TEXT NOT NULL,
	lines INTEGER NOT NULL,
	total INTEGER NOT NULL,
	PRIMARY KEY (list_id, status)
) STRICT, WITHOUT ROWID;
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
CREATE UNIQUE INDEX instruction_line ON instruction (list_id, line_no);
CREATE INDEX instruction_family ON instruction (family_id, list_id);
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
CREATE TRIGGER pay_list_no_delete BEFORE DELETE ON pay_list
BEGIN
	SELECT RAISE(ABORT, 'pay_list: nothing is removed');
END;
CREATE TRIGGER pay_list_act_no_delete BEFORE DELETE ON pay_list_act
BEGIN
	SELECT RAISE(ABORT, 'pay_list_act: nothing is removed');
END;
CREATE TRIGGER instruction_no_delete BEFORE DELETE ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: nothing is removed');
END;
CREATE TRIGGER instruction_part_no_delete BEFORE DELETE ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: nothing is removed');
END;
CREATE TRIGGER instruction_event_no_delete BEFORE DELETE ON instruction_event
BEGIN
	SELECT RAISE(ABORT, 'instruction_event: nothing is removed');
END;
CREATE TRIGGER payment_file_no_delete BEFORE DELETE ON payment_file
BEGIN
	SELECT RAISE(ABORT, 'payment_file: nothing is removed');
END;
CREATE TRIGGER return_file_no_delete BEFORE DELETE ON return_file
BEGIN
	SELECT RAISE(ABORT, 'return_file: nothing is removed');
END;
CREATE TRIGGER return_line_no_delete BEFORE DELETE ON return_line
BEGIN
	SELECT RAISE(ABORT, 'return_line: nothing is removed');
END;
CREATE TRIGGER payment_exception_no_delete BEFORE DELETE ON payment_exception
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: nothing is removed');
END;
CREATE TRIGGER handover_no_delete BEFORE DELETE ON handover
BEGIN
	SELECT RAISE(ABORT, 'handover: nothing is removed');
END;
CREATE TRIGGER pay_list_act_no_update BEFORE UPDATE ON pay_list_act
BEGIN
	SELECT RAISE(ABORT, 'pay_list_act: nothing is changed');
END;
CREATE TRIGGER instruction_event_no_update BEFORE UPDATE ON instruction_event
BEGIN
	SELECT RAISE(ABORT, 'instruction_event: nothing is changed');
END;
CREATE TRIGGER return_file_no_update BEFORE UPDATE ON return_file
BEGIN
	SELECT RAISE(ABORT, 'return_file: nothing is changed');
END;
CREATE TRIGGER return_line_no_update BEFORE UPDATE ON return_line
BEGIN
	SELECT RAISE(ABORT, 'return_line: nothing is changed');
END;
CREATE TRIGGER handover_no_update BEFORE UPDATE ON handover
BEGIN
	SELECT RAISE(ABORT, 'handover: nothing is changed');
END;
CREATE TRIGGER pay_list_fixed BEFORE UPDATE OF id, number, programme, version, period, fund, determination, area, channel, maker, made_at ON pay_list
BEGIN
	SELECT RAISE(ABORT, 'pay_list: this never changes');
END;
CREATE TRIGGER instruction_fixed BEFORE UPDATE OF list_id, line_no, family_id, person_id, payee_id, area, bank, number_sealed, number_blind, number_masked, holder, amount ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: this never changes');
END;
CREATE TRIGGER instruction_part_fixed BEFORE UPDATE OF list_id, line_no, family_id, beneficiary_id, component, programme, period, amount ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: this never changes');
END;
CREATE TRIGGER payment_file_fixed BEFORE UPDATE OF batch, list_id, area ON payment_file
BEGIN
	SELECT RAISE(ABORT, 'payment_file: this never changes');
END;
CREATE TRIGGER payment_exception_fixed BEFORE UPDATE OF id, area, list_id, line_no, family_id, file_id, file_line, code, said, detail, amount, opened_at ON payment_exception
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: this never changes');
END;
CREATE TRIGGER pay_list_moves BEFORE UPDATE OF status ON pay_list
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('draft>checked', 'draft>discarded', 'checked>draft', 'checked>released', 'checked>discarded', 'released>sent', 'sent>released', 'sent>settled')
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a list does not move that way');
END;
CREATE TRIGGER payment_file_moves BEFORE UPDATE OF state ON payment_file
	WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('due>cut', 'cut>handing', 'handing>handed', 'handing>cut')
BEGIN
	SELECT RAISE(ABORT, 'payment_file: a file does not move that way');
END;
CREATE TRIGGER payment_exception_moves BEFORE UPDATE OF status ON payment_exception
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('open>proposed', 'proposed>open', 'proposed>resolved', 'open>lapsed', 'proposed>lapsed')
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: an exception does not move that way');
END;
CREATE TRIGGER pay_list_begins BEFORE INSERT ON pay_list
	WHEN NEW.status <> 'draft'
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a list begins as a draft');
END;
CREATE TRIGGER pay_list_digest BEFORE UPDATE OF digest, total, lines ON pay_list
	WHEN NEW.status <> 'draft' AND (OLD.digest <> NEW.digest OR OLD.total <> NEW.total OR OLD.lines <> NEW.lines)
BEGIN
	SELECT RAISE(ABORT, 'pay_list: an edit makes it a draft again');
END;
CREATE TRIGGER pay_list_checked_once BEFORE UPDATE OF checker, checked_at, checked_digest, checked_seal ON pay_list
	WHEN OLD.checker IS NOT NULL AND NEW.status <> 'draft' AND (OLD.checker IS DISTINCT FROM NEW.checker OR OLD.checked_digest IS DISTINCT FROM NEW.checked_digest OR OLD.checked_seal IS DISTINCT FROM NEW.checked_seal OR OLD.checked_at IS DISTINCT FROM NEW.checked_at)
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a check stands or falls whole');
END;
CREATE TRIGGER pay_list_released_once BEFORE UPDATE OF releaser, released_at, released_digest, released_seal ON pay_list
	WHEN OLD.releaser IS NOT NULL AND (OLD.releaser IS DISTINCT FROM NEW.releaser OR OLD.released_digest IS DISTINCT FROM NEW.released_digest OR OLD.released_seal IS DISTINCT FROM NEW.released_seal OR OLD.released_at IS DISTINCT FROM NEW.released_at)
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a release is not taken back');
END;
CREATE TRIGGER payment_file_once BEFORE UPDATE OF sha256, name, lines, total ON payment_file
	WHEN OLD.sha256 IS NOT NULL AND (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.name <> NEW.name OR OLD.lines <> NEW.lines OR OLD.total <> NEW.total)
BEGIN
	SELECT RAISE(ABORT, 'payment_file: a file that was cut stays as it is');
END;
CREATE TRIGGER instruction_added BEFORE INSERT ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: lines are added to a draft')
		WHERE NEW.status NOT IN ('planned', 'held') OR (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
END;
CREATE TRIGGER instruction_part_added BEFORE INSERT ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: parts are added to a draft')
		WHERE NEW.live <> 1 OR (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
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
CREATE TRIGGER instruction_part_lives BEFORE UPDATE OF live ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: a part dies with its line')
		WHERE OLD.live = 0 OR (SELECT status FROM instruction WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id) NOT IN ('cancelled', 'reissued');
END;
CREATE TRIGGER instruction_ends AFTER UPDATE OF status ON instruction
	WHEN NEW.status IN ('cancelled', 'reissued') AND OLD.status <> NEW.status
BEGIN
	UPDATE instruction_part SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id;
END;
