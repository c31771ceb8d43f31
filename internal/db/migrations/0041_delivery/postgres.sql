CREATE TABLE pay_list_number (
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (programme, period)
);
CREATE TABLE pay_list (
	id UUID PRIMARY KEY,
	number TEXT NOT NULL UNIQUE CHECK (number <> ''),
	programme TEXT NOT NULL,
	version TEXT NOT NULL,
	period TEXT NOT NULL,
	fund TEXT NOT NULL,
	determination UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	channel TEXT NOT NULL CHECK (channel IN ('bank', 'goods')),
	status TEXT NOT NULL CHECK (status IN ('draft', 'checked', 'released', 'sent', 'settled', 'discarded')),
	turn BIGINT NOT NULL DEFAULT 0,
	lines BIGINT NOT NULL,
	total BIGINT NOT NULL CHECK (total >= 0),
	digest BYTEA NOT NULL CHECK (length(digest) = 32),
	maker TEXT NOT NULL CHECK (maker <> ''),
	made_at BIGINT NOT NULL,
	checker TEXT,
	checked_at BIGINT,
	checked_digest BYTEA,
	checked_seal BYTEA,
	releaser TEXT,
	released_at BIGINT,
	released_digest BYTEA CHECK (length(released_digest) = 32),
	released_seal BYTEA,
	CONSTRAINT checker_is_another CHECK (checker <> maker),
	CONSTRAINT releaser_is_a_third CHECK (releaser IS NULL OR (checker IS NOT NULL AND releaser <> maker AND releaser <> checker)),
	CONSTRAINT checked_what_stands CHECK (status IN ('draft', 'discarded')
		OR (checker IS NOT NULL AND checked_at IS NOT NULL AND checked_seal IS NOT NULL AND checked_digest IS NOT NULL AND checked_digest = digest)),
	CONSTRAINT released_by_somebody CHECK (status IN ('draft', 'discarded', 'checked')
		OR (releaser IS NOT NULL AND released_at IS NOT NULL AND released_seal IS NOT NULL AND released_digest IS NOT NULL)),
	CONSTRAINT draft_is_unseen CHECK (status <> 'draft' OR (checker IS NULL AND releaser IS NULL))
);
CREATE INDEX pay_list_area ON pay_list (area, made_at);
CREATE INDEX pay_list_period ON pay_list (programme, period);
CREATE TABLE pay_list_act (
	list_id UUID NOT NULL REFERENCES pay_list (id),
	act BIGINT NOT NULL,
	kind TEXT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	entry BIGINT REFERENCES ledger_entry (seq),
	file_id UUID,
	note TEXT NOT NULL,
	lines BIGINT NOT NULL,
	total BIGINT NOT NULL,
	PRIMARY KEY (list_id, act)
);
CREATE INDEX pay_list_act_entry ON pay_list_act (entry);
CREATE TABLE pay_list_sum (
	list_id UUID NOT NULL REFERENCES pay_list (id),
	status TEXT NOT NULL,
	lines BIGINT NOT NULL,
	total BIGINT NOT NULL,
	PRIMARY KEY (list_id, status)
);
CREATE TABLE instruction (
	list_id UUID NOT NULL REFERENCES pay_list (id),
	line_no BIGINT NOT NULL CHECK (line_no > 0),
	family_id UUID NOT NULL,
	person_id UUID,
	payee_id UUID,
	area TEXT COLLATE "C" NOT NULL,
	bank TEXT NOT NULL,
	number_sealed BYTEA,
	number_blind BYTEA,
	number_masked TEXT NOT NULL,
	holder TEXT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	status TEXT NOT NULL CHECK (status IN ('planned', 'held', 'released', 'sent', 'credited', 'returned', 'reissued', 'remitted', 'cancelled', 'dropped')),
	code TEXT NOT NULL DEFAULT '',
	settled_at BIGINT,
	PRIMARY KEY (list_id, line_no, family_id)
);
CREATE UNIQUE INDEX instruction_line ON instruction (list_id, line_no);
CREATE INDEX instruction_family ON instruction (family_id, list_id);
CREATE TABLE instruction_part (
	list_id UUID NOT NULL,
	line_no BIGINT NOT NULL,
	family_id UUID NOT NULL,
	beneficiary_id UUID NOT NULL,
	component TEXT COLLATE "C" NOT NULL,
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	live SMALLINT NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
	PRIMARY KEY (list_id, line_no, beneficiary_id, component, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
);
CREATE UNIQUE INDEX pay_once ON instruction_part (programme, period, beneficiary_id, component) WHERE live = 1;
CREATE TABLE instruction_event (
	list_id UUID NOT NULL,
	line_no BIGINT NOT NULL,
	act BIGINT NOT NULL,
	family_id UUID NOT NULL,
	status TEXT NOT NULL,
	code TEXT NOT NULL,
	amount BIGINT NOT NULL,
	PRIMARY KEY (list_id, line_no, act, family_id)
);
CREATE TABLE payment_file (
	batch TEXT PRIMARY KEY,
	list_id UUID NOT NULL UNIQUE REFERENCES pay_list (id),
	area TEXT COLLATE "C" NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('due', 'cut', 'handing', 'handed')),
	name TEXT NOT NULL DEFAULT '',
	sha256 BYTEA CHECK (length(sha256) = 32),
	lines BIGINT NOT NULL,
	total BIGINT NOT NULL,
	tries BIGINT NOT NULL DEFAULT 0,
	cut_at BIGINT,
	handing_at BIGINT,
	handed_at BIGINT,
	receipt TEXT NOT NULL DEFAULT '',
	CONSTRAINT cut_is_known CHECK (state = 'due' OR (sha256 IS NOT NULL AND name <> ''))
);
CREATE TABLE return_file (
	id UUID PRIMARY KEY,
	sha256 BYTEA NOT NULL UNIQUE CHECK (length(sha256) = 32),
	name TEXT NOT NULL,
	batch TEXT NOT NULL,
	list_id UUID NOT NULL REFERENCES pay_list (id),
	area TEXT COLLATE "C" NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	matched BIGINT NOT NULL,
	explained BIGINT NOT NULL,
	queued BIGINT NOT NULL,
	credited BIGINT NOT NULL,
	returned BIGINT NOT NULL,
	CONSTRAINT every_line_is_judged CHECK (lines = matched + explained + queued)
);
CREATE INDEX return_file_list ON return_file (list_id);
CREATE TABLE return_line (
	file_id UUID NOT NULL REFERENCES return_file (id),
	line BIGINT NOT NULL,
	reference TEXT NOT NULL,
	status TEXT NOT NULL,
	code TEXT NOT NULL,
	amount BIGINT NOT NULL,
	at BIGINT NOT NULL,
	verdict TEXT NOT NULL CHECK (verdict IN ('matched', 'explained', 'queued')),
	reason TEXT NOT NULL,
	line_no BIGINT,
	PRIMARY KEY (file_id, line)
);
CREATE TABLE payment_exception (
	id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL,
	list_id UUID NOT NULL REFERENCES pay_list (id),
	line_no BIGINT,
	family_id UUID,
	file_id UUID REFERENCES return_file (id),
	file_line BIGINT,
	code TEXT NOT NULL,
	said TEXT NOT NULL,
	detail TEXT NOT NULL,
	amount BIGINT NOT NULL,
	opened_at BIGINT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'proposed', 'resolved', 'lapsed')),
	action TEXT NOT NULL DEFAULT '',
	note TEXT NOT NULL DEFAULT '',
	proposer TEXT,
	proposed_at BIGINT,
	approver TEXT,
	resolved_at BIGINT,
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR (proposer IS NOT NULL AND approver <> proposer)),
	CONSTRAINT proposed_by_somebody CHECK (status IN ('open', 'lapsed') OR (proposer IS NOT NULL AND action <> '')),
	CONSTRAINT resolved_by_two CHECK ((status = 'resolved') = (approver IS NOT NULL))
);
CREATE INDEX payment_exception_list ON payment_exception (list_id, line_no);
CREATE INDEX payment_exception_open ON payment_exception (status, opened_at);
CREATE TABLE handover (
	list_id UUID NOT NULL,
	line_no BIGINT NOT NULL,
	family_id UUID NOT NULL,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	receiver TEXT NOT NULL,
	proof TEXT NOT NULL,
	PRIMARY KEY (list_id, line_no, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '%', TG_ARGV[0];
END
$$;
CREATE TRIGGER pay_list_no_delete BEFORE DELETE ON pay_list
	FOR EACH ROW
	EXECUTE FUNCTION refuse('pay_list: nothing is removed');
CREATE TRIGGER pay_list_act_no_delete BEFORE DELETE ON pay_list_act
	FOR EACH ROW
	EXECUTE FUNCTION refuse('pay_list_act: nothing is removed');
CREATE TRIGGER instruction_no_delete BEFORE DELETE ON instruction
	FOR EACH ROW
	EXECUTE FUNCTION refuse('instruction: nothing is removed');
CREATE TRIGGER instruction_part_no_delete BEFORE DELETE ON instruction_part
	FOR EACH ROW
	EXECUTE FUNCTION refuse('instruction_part: nothing is removed');
CREATE TRIGGER instruction_event_no_delete BEFORE DELETE ON instruction_event
	FOR EACH ROW
	EXECUTE FUNCTION refuse('instruction_event: nothing is removed');
CREATE TRIGGER payment_file_no_delete BEFORE DELETE ON payment_file
	FOR EACH ROW
	EXECUTE FUNCTION refuse('payment_file: nothing is removed');
CREATE TRIGGER return_file_no_delete BEFORE DELETE ON return_file
	FOR EACH ROW
	EXECUTE FUNCTION refuse('return_file: nothing is removed');
CREATE TRIGGER return_line_no_delete BEFORE DELETE ON return_line
	FOR EACH ROW
	EXECUTE FUNCTION refuse('return_line: nothing is removed');
CREATE TRIGGER payment_exception_no_delete BEFORE DELETE ON payment_exception
	FOR EACH ROW
	EXECUTE FUNCTION refuse('payment_exception: nothing is removed');
CREATE TRIGGER handover_no_delete BEFORE DELETE ON handover
	FOR EACH ROW
	EXECUTE FUNCTION refuse('handover: nothing is removed');
CREATE TRIGGER pay_list_act_no_update BEFORE UPDATE ON pay_list_act
	FOR EACH ROW
	EXECUTE FUNCTION refuse('pay_list_act: nothing is changed');
CREATE TRIGGER instruction_event_no_update BEFORE UPDATE ON instruction_event
	FOR EACH ROW
	EXECUTE FUNCTION refuse('instruction_event: nothing is changed');
CREATE TRIGGER return_file_no_update BEFORE UPDATE ON return_file
	FOR EACH ROW
	EXECUTE FUNCTION refuse('return_file: nothing is changed');
CREATE TRIGGER return_line_no_update BEFORE UPDATE ON return_line
	FOR EACH ROW
	EXECUTE FUNCTION refuse('return_line: nothing is changed');
CREATE TRIGGER handover_no_update BEFORE UPDATE ON handover
	FOR EACH ROW
	EXECUTE FUNCTION refuse('handover: nothing is changed');
CREATE TRIGGER pay_list_fixed BEFORE UPDATE OF id, number, programme, version, period, fund, determination, area, channel, maker, made_at ON pay_list
	FOR EACH ROW
	EXECUTE FUNCTION refuse('pay_list: this never changes');
CREATE TRIGGER instruction_fixed BEFORE UPDATE OF list_id, line_no, family_id, person_id, payee_id, area, bank, number_sealed, number_blind, number_masked, holder, amount ON instruction
	FOR EACH ROW
	EXECUTE FUNCTION refuse('instruction: this never changes');
CREATE TRIGGER instruction_part_fixed BEFORE UPDATE OF list_id, line_no, family_id, beneficiary_id, component, programme, period, amount ON instruction_part
	FOR EACH ROW
	EXECUTE FUNCTION refuse('instruction_part: this never changes');
CREATE TRIGGER payment_file_fixed BEFORE UPDATE OF batch, list_id, area ON payment_file
	FOR EACH ROW
	EXECUTE FUNCTION refuse('payment_file: this never changes');
CREATE TRIGGER payment_exception_fixed BEFORE UPDATE OF id, area, list_id, line_no, family_id, file_id, file_line, code, said, detail, amount, opened_at ON payment_exception
	FOR EACH ROW
	EXECUTE FUNCTION refuse('payment_exception: this never changes');
CREATE TRIGGER pay_list_moves BEFORE UPDATE OF status ON pay_list
	FOR EACH ROW WHEN (OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('draft>checked', 'draft>discarded', 'checked>draft', 'checked>released', 'checked>discarded', 'released>sent', 'sent>released', 'sent>settled'))
	EXECUTE FUNCTION refuse('pay_list: a list does not move that way');
CREATE TRIGGER payment_file_moves BEFORE UPDATE OF state ON payment_file
	FOR EACH ROW WHEN (OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('due>cut', 'cut>handing', 'handing>handed', 'handing>cut'))
	EXECUTE FUNCTION refuse('payment_file: a file does not move that way');
CREATE TRIGGER payment_exception_moves BEFORE UPDATE OF status ON payment_exception
	FOR EACH ROW WHEN (OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('open>proposed', 'proposed>open', 'proposed>resolved', 'open>lapsed', 'proposed>lapsed'))
	EXECUTE FUNCTION refuse('payment_exception: an exception does not move that way');
CREATE TRIGGER pay_list_begins BEFORE INSERT ON pay_list
	FOR EACH ROW WHEN (NEW.status <> 'draft')
	EXECUTE FUNCTION refuse('pay_list: a list begins as a draft');
CREATE TRIGGER pay_list_digest BEFORE UPDATE OF digest, total, lines ON pay_list
	FOR EACH ROW WHEN (NEW.status <> 'draft' AND (OLD.digest <> NEW.digest OR OLD.total <> NEW.total OR OLD.lines <> NEW.lines))
	EXECUTE FUNCTION refuse('pay_list: an edit makes it a draft again');
CREATE TRIGGER pay_list_checked_once BEFORE UPDATE OF checker, checked_at, checked_digest, checked_seal ON pay_list
	FOR EACH ROW WHEN (OLD.checker IS NOT NULL AND NEW.status <> 'draft' AND (OLD.checker IS DISTINCT FROM NEW.checker OR OLD.checked_digest IS DISTINCT FROM NEW.checked_digest OR OLD.checked_seal IS DISTINCT FROM NEW.checked_seal OR OLD.checked_at IS DISTINCT FROM NEW.checked_at))
	EXECUTE FUNCTION refuse('pay_list: a check stands or falls whole');
CREATE TRIGGER pay_list_released_once BEFORE UPDATE OF releaser, released_at, released_digest, released_seal ON pay_list
	FOR EACH ROW WHEN (OLD.releaser IS NOT NULL AND (OLD.releaser IS DISTINCT FROM NEW.releaser OR OLD.released_digest IS DISTINCT FROM NEW.released_digest OR OLD.released_seal IS DISTINCT FROM NEW.released_seal OR OLD.released_at IS DISTINCT FROM NEW.released_at))
	EXECUTE FUNCTION refuse('pay_list: a release is not taken back');
CREATE TRIGGER payment_file_once BEFORE UPDATE OF sha256, name, lines, total ON payment_file
	FOR EACH ROW WHEN (OLD.sha256 IS NOT NULL AND (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.name <> NEW.name OR OLD.lines <> NEW.lines OR OLD.total <> NEW.total))
	EXECUTE FUNCTION refuse('payment_file: a file that was cut stays as it is');
CREATE FUNCTION instruction_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.status NOT IN ('planned', 'held') OR (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft' THEN
		RAISE EXCEPTION 'instruction: lines are added to a draft';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER instruction_added BEFORE INSERT ON instruction
	FOR EACH ROW EXECUTE FUNCTION instruction_added();
CREATE FUNCTION instruction_part_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.live <> 1 OR (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft' THEN
		RAISE EXCEPTION 'instruction_part: parts are added to a draft';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER instruction_part_added BEFORE INSERT ON instruction_part
	FOR EACH ROW EXECUTE FUNCTION instruction_part_added();
CREATE FUNCTION instruction_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('planned>held', 'planned>released', 'planned>cancelled', 'held>planned', 'held>dropped', 'released>held', 'held>cancelled', 'released>sent', 'sent>released', 'sent>credited', 'sent>returned', 'credited>returned', 'returned>credited', 'returned>reissued', 'returned>remitted') THEN
		RAISE EXCEPTION 'instruction: a line does not move that way';
	END IF;
	IF NEW.status = 'released' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'released' THEN
		RAISE EXCEPTION 'instruction: its list is not released';
	END IF;
	IF NEW.status = 'sent' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'sent' THEN
		RAISE EXCEPTION 'instruction: its list is not sent';
	END IF;
	IF NEW.status IN ('credited', 'returned') AND (SELECT status FROM pay_list WHERE id = NEW.list_id) NOT IN ('sent', 'settled') THEN
		RAISE EXCEPTION 'instruction: its list was never sent';
	END IF;
	IF NEW.status = 'planned' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft' THEN
		RAISE EXCEPTION 'instruction: a line is planned in a draft';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER instruction_moves BEFORE UPDATE OF status ON instruction
	FOR EACH ROW EXECUTE FUNCTION instruction_moves();
CREATE FUNCTION instruction_part_lives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.live = 0 OR (SELECT status FROM instruction WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id) NOT IN ('cancelled', 'reissued') THEN
		RAISE EXCEPTION 'instruction_part: a part dies with its line';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER instruction_part_lives BEFORE UPDATE OF live ON instruction_part
	FOR EACH ROW EXECUTE FUNCTION instruction_part_lives();
CREATE FUNCTION instruction_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE instruction_part SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id;
	RETURN NULL;
END
$$;
CREATE TRIGGER instruction_ends AFTER UPDATE OF status ON instruction
	FOR EACH ROW WHEN (NEW.status IN ('cancelled', 'reissued') AND OLD.status <> NEW.status) EXECUTE FUNCTION instruction_ends();
