DROP TRIGGER graduation_decided;
CREATE TRIGGER graduation_decided BEFORE UPDATE ON graduation
	WHEN OLD.decided_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'a decided graduation is never changed');
END;
CREATE TRIGGER graduation_fixed BEFORE UPDATE OF id, family_id, person_id, subject_id, area, programme, exit, measure_id, valid_from, proposed_at, proposed_by ON graduation
	WHEN OLD.decided_by IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'a decided graduation is never changed');
END;
CREATE TRIGGER graduation_told BEFORE UPDATE OF state, decided_at, decided_by ON graduation
	WHEN OLD.decided_by IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'a decided graduation is never changed');
END;
