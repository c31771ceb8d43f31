DROP TRIGGER outcome_no_delete;

CREATE TRIGGER outcome_no_delete BEFORE DELETE ON outcome
WHEN NOT EXISTS (SELECT 1 FROM determination_writing w WHERE w.determination_id = OLD.determination_id AND w.done = 1073741824)
BEGIN
	SELECT RAISE(ABORT, 'outcomes are never removed');
END;
