CREATE TABLE instruction_adjustment (
	list_id UUID NOT NULL,
	line_no BIGINT NOT NULL,
	family_id UUID NOT NULL,
	ref UUID NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('withheld', 'repaid')),
	beneficiary_id UUID NOT NULL,
	component TEXT COLLATE "C" NOT NULL,
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	percent BIGINT NOT NULL CHECK (percent BETWEEN 0 AND 100),
	amount BIGINT NOT NULL CHECK (amount >= 0),
	live SMALLINT NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
	PRIMARY KEY (list_id, line_no, ref, kind, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
);
CREATE UNIQUE INDEX adjust_once ON instruction_adjustment (ref, kind) WHERE live = 1;
CREATE INDEX instruction_adjustment_programme ON instruction_adjustment (programme, live);
CREATE TRIGGER instruction_adjustment_no_delete BEFORE DELETE ON instruction_adjustment
	FOR EACH ROW
	EXECUTE FUNCTION refuse('instruction_adjustment: nothing is removed');
CREATE TRIGGER instruction_adjustment_fixed BEFORE UPDATE OF list_id, line_no, family_id, ref, kind, beneficiary_id, component, programme, period, percent, amount ON instruction_adjustment
	FOR EACH ROW
	EXECUTE FUNCTION refuse('instruction_adjustment: this never changes');
CREATE FUNCTION instruction_adjustment_lives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.live = 0 OR (SELECT status FROM instruction WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id) NOT IN ('cancelled', 'reissued') THEN
		RAISE EXCEPTION 'instruction_adjustment: an adjustment dies with its line';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER instruction_adjustment_lives BEFORE UPDATE OF live ON instruction_adjustment
	FOR EACH ROW EXECUTE FUNCTION instruction_adjustment_lives();
CREATE FUNCTION instruction_adjustment_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE instruction_adjustment SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id;
	RETURN NULL;
END
$$;
CREATE TRIGGER instruction_adjustment_ends AFTER UPDATE OF status ON instruction
	FOR EACH ROW WHEN (NEW.status IN ('cancelled', 'reissued') AND OLD.status <> NEW.status) EXECUTE FUNCTION instruction_adjustment_ends();
CREATE TRIGGER suspended_stays_held BEFORE UPDATE OF status ON instruction
	FOR EACH ROW WHEN (OLD.status = 'held' AND NEW.status = 'planned' AND OLD.code = 'suspended')
	EXECUTE FUNCTION refuse('instruction: a suspended line is not planned by hand');
