DROP TRIGGER instruction_ends;
DROP TRIGGER instruction_adjustment_ends;
DROP TRIGGER instruction_adjustment_lives;

CREATE TABLE instruction_part_new (
	list_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	beneficiary_id BLOB NOT NULL,
	component TEXT NOT NULL,
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
	PRIMARY KEY (list_id, line_no, beneficiary_id, component, period, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
) STRICT, WITHOUT ROWID;
INSERT INTO instruction_part_new (list_id, line_no, family_id, beneficiary_id, component, programme, period, amount, live)
	SELECT list_id, line_no, family_id, beneficiary_id, component, programme, period, amount, live FROM instruction_part;
DROP TABLE instruction_part;
ALTER TABLE instruction_part_new RENAME TO instruction_part;
CREATE UNIQUE INDEX pay_once ON instruction_part (programme, period, beneficiary_id, component) WHERE live = 1;

CREATE TRIGGER instruction_part_added BEFORE INSERT ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: parts are added to a draft')
		WHERE NEW.live <> 1 OR (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
END;
CREATE TRIGGER instruction_part_fixed BEFORE UPDATE OF list_id, line_no, family_id, beneficiary_id, component, programme, period, amount ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: this never changes');
END;
CREATE TRIGGER instruction_part_no_delete BEFORE DELETE ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: nothing is removed');
END;
CREATE TRIGGER instruction_part_lives BEFORE UPDATE OF live ON instruction_part
	WHEN OLD.live = 0 OR NOT EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = NEW.list_id AND i.line_no = NEW.line_no AND i.family_id = NEW.family_id
		AND (i.status IN ('cancelled', 'reissued') OR NEW.component LIKE '%:susulan' AND (i.status = 'remitted'
			OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan'))))
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: a part dies with its line');
END;
CREATE TRIGGER instruction_adjustment_lives BEFORE UPDATE OF live ON instruction_adjustment
	WHEN OLD.live = 0 OR NOT EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = NEW.list_id AND i.line_no = NEW.line_no AND i.family_id = NEW.family_id
		AND (i.status IN ('cancelled', 'reissued') OR NEW.kind = 'repaid' AND (i.status = 'remitted'
			OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan'))))
BEGIN
	SELECT RAISE(ABORT, 'instruction_adjustment: an adjustment dies with its line');
END;
CREATE TRIGGER instruction_ends AFTER UPDATE OF status ON instruction
	WHEN NEW.status IN ('cancelled', 'reissued', 'remitted', 'dropped') AND OLD.status <> NEW.status
BEGIN
	UPDATE instruction_part SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id AND live = 1
		AND (NEW.status IN ('cancelled', 'reissued') OR component LIKE '%:susulan' AND (NEW.status = 'remitted'
			OR EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = NEW.list_id AND o.line_no = NEW.line_no AND o.family_id = NEW.family_id AND o.component NOT LIKE '%:susulan')));
	UPDATE instruction_adjustment SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id AND live = 1
		AND (NEW.status IN ('cancelled', 'reissued') OR kind = 'repaid' AND (NEW.status = 'remitted'
			OR EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = NEW.list_id AND o.line_no = NEW.line_no AND o.family_id = NEW.family_id AND o.component NOT LIKE '%:susulan')));
END;

UPDATE instruction_adjustment SET live = 0 WHERE live = 1 AND kind = 'repaid' AND EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = instruction_adjustment.list_id AND i.line_no = instruction_adjustment.line_no AND i.family_id = instruction_adjustment.family_id
	AND (i.status = 'remitted' OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan')));
UPDATE instruction_part SET live = 0 WHERE live = 1 AND component LIKE '%:susulan' AND EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = instruction_part.list_id AND i.line_no = instruction_part.line_no AND i.family_id = instruction_part.family_id
	AND (i.status = 'remitted' OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan')));
