CREATE FUNCTION outcome_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM determination_writing w WHERE w.determination_id = OLD.determination_id AND w.done = 1073741824) THEN
		RETURN OLD;
	END IF;
	RAISE EXCEPTION 'outcome is append-only';
END $$;

DROP TRIGGER outcome_append_only ON outcome;

CREATE TRIGGER outcome_append_only BEFORE UPDATE OR DELETE ON outcome
	FOR EACH ROW EXECUTE FUNCTION outcome_stays();
