DROP TRIGGER instruction_adjustment_ends ON instruction;
DROP FUNCTION instruction_adjustment_ends();
DROP TRIGGER instruction_ends ON instruction;
ALTER TABLE instruction_part DROP CONSTRAINT instruction_part_pkey;
ALTER TABLE instruction_part ADD PRIMARY KEY (list_id, line_no, beneficiary_id, component, period, family_id);
CREATE OR REPLACE FUNCTION instruction_part_lives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.live = 0 OR NOT EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = NEW.list_id AND i.line_no = NEW.line_no AND i.family_id = NEW.family_id
		AND (i.status IN ('cancelled', 'reissued') OR NEW.component LIKE '%:susulan' AND (i.status = 'remitted'
			OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan')))) THEN
		RAISE EXCEPTION 'instruction_part: a part dies with its line';
	END IF;
	RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION instruction_adjustment_lives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.live = 0 OR NOT EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = NEW.list_id AND i.line_no = NEW.line_no AND i.family_id = NEW.family_id
		AND (i.status IN ('cancelled', 'reissued') OR NEW.kind = 'repaid' AND (i.status = 'remitted'
			OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan')))) THEN
		RAISE EXCEPTION 'instruction_adjustment: an adjustment dies with its line';
	END IF;
	RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION instruction_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE instruction_part SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id AND live = 1
		AND (NEW.status IN ('cancelled', 'reissued') OR component LIKE '%:susulan' AND (NEW.status = 'remitted'
			OR EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = NEW.list_id AND o.line_no = NEW.line_no AND o.family_id = NEW.family_id AND o.component NOT LIKE '%:susulan')));
	UPDATE instruction_adjustment SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id AND live = 1
		AND (NEW.status IN ('cancelled', 'reissued') OR kind = 'repaid' AND (NEW.status = 'remitted'
			OR EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = NEW.list_id AND o.line_no = NEW.line_no AND o.family_id = NEW.family_id AND o.component NOT LIKE '%:susulan')));
	RETURN NULL;
END
$$;
CREATE TRIGGER instruction_ends AFTER UPDATE OF status ON instruction
	FOR EACH ROW WHEN (NEW.status IN ('cancelled', 'reissued', 'remitted', 'dropped') AND OLD.status <> NEW.status) EXECUTE FUNCTION instruction_ends();
UPDATE instruction_adjustment SET live = 0 WHERE live = 1 AND kind = 'repaid' AND EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = instruction_adjustment.list_id AND i.line_no = instruction_adjustment.line_no AND i.family_id = instruction_adjustment.family_id
	AND (i.status = 'remitted' OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan')));
UPDATE instruction_part SET live = 0 WHERE live = 1 AND component LIKE '%:susulan' AND EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = instruction_part.list_id AND i.line_no = instruction_part.line_no AND i.family_id = instruction_part.family_id
	AND (i.status = 'remitted' OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan')));
