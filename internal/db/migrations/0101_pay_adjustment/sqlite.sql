CREATE TABLE instruction_adjustment (
	list_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	ref BLOB NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('withheld', 'repaid')),
	beneficiary_id BLOB NOT NULL,
	component TEXT NOT NULL,
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
	amount INTEGER NOT NULL CHECK (amount >= 0),
	live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
	PRIMARY KEY (list_id, line_no, ref, kind, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX adjust_once ON instruction_adjustment (ref, kind) WHERE live = 1;
CREATE INDEX instruction_adjustment_programme ON instruction_adjustment (programme, live);
CREATE TRIGGER instruction_adjustment_no_delete BEFORE DELETE ON instruction_adjustment
BEGIN
	SELECT RAISE(ABORT, 'instruction_adjustment: nothing is removed');
END;
CREATE TRIGGER instruction_adjustment_fixed BEFORE UPDATE OF list_id, line_no, family_id, ref, kind, beneficiary_id, component, programme, period, percent, amount ON instruction_adjustment
BEGIN
	SELECT RAISE(ABORT, 'instruction_adjustment: this never changes');
END;
CREATE TRIGGER instruction_adjustment_lives BEFORE UPDATE OF live ON instruction_adjustment
	WHEN OLD.live = 0 OR (SELECT status FROM instruction WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id) NOT IN ('cancelled', 'reissued')
BEGIN
	SELECT RAISE(ABORT, 'instruction_adjustment: an adjustment dies with its line');
END;
CREATE TRIGGER instruction_adjustment_ends AFTER UPDATE OF status ON instruction
	WHEN NEW.status IN ('cancelled', 'reissued') AND OLD.status <> NEW.status
BEGIN
	UPDATE instruction_adjustment SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id;
END;
CREATE TRIGGER suspended_stays_held BEFORE UPDATE OF status ON instruction
	WHEN OLD.status = 'held' AND NEW.status = 'planned' AND OLD.code = 'suspended'
BEGIN
	SELECT RAISE(ABORT, 'instruction: a suspended line is not planned by hand');
END;
