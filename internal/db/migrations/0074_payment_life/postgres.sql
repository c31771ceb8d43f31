ALTER TABLE instruction DROP CONSTRAINT instruction_status_check;
ALTER TABLE instruction ADD CONSTRAINT instruction_status_check CHECK (status IN ('planned', 'held', 'released', 'sent', 'credited', 'returned', 'reissued', 'remitted', 'withdrawn', 'unclaimed', 'cancelled', 'dropped'));
ALTER TABLE pay_list DROP CONSTRAINT pay_list_channel_check;
ALTER TABLE pay_list ADD CONSTRAINT pay_list_channel_check CHECK (channel IN ('bank', 'post', 'goods'));
ALTER TABLE instruction ADD COLUMN short BIGINT NOT NULL DEFAULT 0 CHECK (short >= 0 AND short < amount);
CREATE INDEX instruction_rare ON instruction (list_id, status, line_no)
	WHERE status NOT IN ('planned', 'released', 'sent', 'credited', 'withdrawn');
CREATE OR REPLACE FUNCTION instruction_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('planned>held', 'planned>released', 'planned>cancelled', 'held>planned', 'held>dropped', 'released>held', 'held>cancelled', 'released>sent', 'sent>released', 'sent>credited', 'sent>returned', 'credited>returned', 'returned>credited', 'returned>reissued', 'returned>remitted', 'credited>withdrawn', 'credited>unclaimed', 'unclaimed>credited', 'unclaimed>withdrawn', 'unclaimed>returned') THEN
		RAISE EXCEPTION 'instruction: a line does not move that way';
	END IF;
	IF NEW.status = 'released' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'released' THEN
		RAISE EXCEPTION 'instruction: its list is not released';
	END IF;
	IF NEW.status = 'sent' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'sent' THEN
		RAISE EXCEPTION 'instruction: its list is not sent';
	END IF;
	IF NEW.status IN ('credited', 'returned', 'withdrawn', 'unclaimed') AND (SELECT status FROM pay_list WHERE id = NEW.list_id) NOT IN ('sent', 'settled') THEN
		RAISE EXCEPTION 'instruction: its list was never sent';
	END IF;
	IF NEW.status = 'planned' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft' THEN
		RAISE EXCEPTION 'instruction: a line is planned in a draft';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER instruction_short BEFORE UPDATE OF short ON instruction
	FOR EACH ROW WHEN (OLD.short <> NEW.short AND NOT (OLD.short = 0 AND OLD.status = 'sent' AND NEW.status IN ('credited', 'returned')))
	EXECUTE FUNCTION refuse('instruction: what is short is known when the bank answers, and never changes');
CREATE FUNCTION instruction_event_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.amount IS DISTINCT FROM (SELECT amount - short FROM instruction
			WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id) THEN
		RAISE EXCEPTION 'instruction_event: a step moves the whole of its line';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER instruction_event_fits BEFORE INSERT ON instruction_event
	FOR EACH ROW EXECUTE FUNCTION instruction_event_fits();
DROP TRIGGER payment_file_moves ON payment_file;
CREATE TRIGGER payment_file_moves BEFORE UPDATE OF state ON payment_file
	FOR EACH ROW WHEN (OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('due>cut', 'cut>due', 'cut>handing', 'handing>handed', 'handing>cut'))
	EXECUTE FUNCTION refuse('payment_file: a file does not move that way');
DROP TRIGGER payment_file_once ON payment_file;
CREATE TRIGGER payment_file_once BEFORE UPDATE OF sha256, name, lines, total ON payment_file
	FOR EACH ROW WHEN (OLD.sha256 IS NOT NULL AND NEW.state <> 'due' AND (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.name <> NEW.name OR OLD.lines <> NEW.lines OR OLD.total <> NEW.total))
	EXECUTE FUNCTION refuse('payment_file: a file that was cut stays as it is');
