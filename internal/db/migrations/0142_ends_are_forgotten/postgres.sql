DROP TRIGGER graduation_decided ON graduation;
CREATE TRIGGER graduation_decided BEFORE UPDATE ON graduation
	FOR EACH ROW WHEN (OLD.decided_by IS NOT NULL)
	EXECUTE FUNCTION fixed_but_erasing('reason', 'note');
