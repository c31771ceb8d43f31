ALTER TABLE family ADD COLUMN origin UUID;

CREATE FUNCTION first_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_TABLE_NAME = 'family' THEN
		IF OLD.origin IS NOT NULL AND (TG_OP = 'DELETE'
			OR NOT EXISTS (SELECT 1 FROM family_change c WHERE c.family_id = OLD.id AND c.version = 1)) THEN
			RAISE EXCEPTION 'the first version of a family is written out before it changes';
		END IF;
	ELSIF EXISTS (SELECT 1 FROM family f WHERE f.id = OLD.family_id AND f.origin IS NOT NULL) THEN
		RAISE EXCEPTION 'the first version of a family is written out before it changes';
	END IF;
	IF TG_OP = 'DELETE' THEN
		RETURN OLD;
	END IF;
	RETURN NEW;
END
$$;

CREATE TRIGGER family_first_version BEFORE UPDATE OR DELETE ON family
	FOR EACH ROW EXECUTE FUNCTION first_version();

CREATE TRIGGER person_first_version BEFORE UPDATE OR DELETE ON person
	FOR EACH ROW EXECUTE FUNCTION first_version();
