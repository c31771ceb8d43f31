PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''remitted'', ''cancelled''', '''remitted'', ''withdrawn'', ''unclaimed'', ''cancelled''')
	WHERE type = 'table' AND name = 'instruction';
UPDATE sqlite_schema SET sql = replace(sql, 'IN (''bank'', ''goods'')', 'IN (''bank'', ''post'', ''goods'')')
	WHERE type = 'table' AND name = 'pay_list';
PRAGMA writable_schema = RESET;
ALTER TABLE instruction ADD COLUMN short INTEGER NOT NULL DEFAULT 0 CHECK (short >= 0 AND short < amount);
CREATE INDEX instruction_rare ON instruction (list_id, status, line_no)
	WHERE status NOT IN ('planned', 'released', 'sent', 'credited', 'withdrawn');
DROP TRIGGER instruction_moves;
CREATE TRIGGER instruction_moves BEFORE UPDATE OF status ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: a line does not move that way')
		WHERE OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('planned>held', 'planned>released', 'planned>cancelled', 'held>planned', 'held>dropped', 'released>held', 'held>cancelled', 'released>sent', 'sent>released', 'sent>credited', 'sent>returned', 'credited>returned', 'returned>credited', 'returned>reissued', 'returned>remitted', 'credited>withdrawn', 'credited>unclaimed', 'unclaimed>credited', 'unclaimed>withdrawn', 'unclaimed>returned');
	SELECT RAISE(ABORT, 'instruction: its list is not released')
		WHERE NEW.status = 'released' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'released';
	SELECT RAISE(ABORT, 'instruction: its list is not sent')
		WHERE NEW.status = 'sent' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'sent';
	SELECT RAISE(ABORT, 'instruction: its list was never sent')
		WHERE NEW.status IN ('credited', 'returned', 'withdrawn', 'unclaimed') AND (SELECT status FROM pay_list WHERE id = NEW.list_id) NOT IN ('sent', 'settled');
	SELECT RAISE(ABORT, 'instruction: a line is planned in a draft')
		WHERE NEW.status = 'planned' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
END;
CREATE TRIGGER instruction_short BEFORE UPDATE OF short ON instruction
	WHEN OLD.short <> NEW.short AND NOT (OLD.short = 0 AND OLD.status = 'sent' AND NEW.status IN ('credited', 'returned'))
BEGIN
	SELECT RAISE(ABORT, 'instruction: what is short is known when the bank answers, and never changes');
END;
CREATE TRIGGER instruction_event_fits BEFORE INSERT ON instruction_event
BEGIN
	SELECT RAISE(ABORT, 'instruction_event: a step moves the whole of its line')
		WHERE NEW.amount IS NOT (SELECT amount - short FROM instruction
			WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id);
END;
DROP TRIGGER payment_file_moves;
CREATE TRIGGER payment_file_moves BEFORE UPDATE OF state ON payment_file
	WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('due>cut', 'cut>due', 'cut>handing', 'handing>handed', 'handing>cut')
BEGIN
	SELECT RAISE(ABORT, 'payment_file: a file does not move that way');
END;
DROP TRIGGER payment_file_once;
CREATE TRIGGER payment_file_once BEFORE UPDATE OF sha256, name, lines, total ON payment_file
	WHEN OLD.sha256 IS NOT NULL AND NEW.state <> 'due' AND (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.name <> NEW.name OR OLD.lines <> NEW.lines OR OLD.total <> NEW.total)
BEGIN
	SELECT RAISE(ABORT, 'payment_file: a file that was cut stays as it is');
END;
