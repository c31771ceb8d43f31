CREATE TABLE erasing (
	id UUID PRIMARY KEY
);

CREATE TABLE shredding (
	position BIGINT PRIMARY KEY,
	at BIGINT NOT NULL
);

CREATE FUNCTION append_only_but_erasing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	blanked TEXT[] := TG_ARGV;
BEGIN
	IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
		AND to_jsonb(NEW) - blanked = to_jsonb(OLD) - blanked THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

DROP TRIGGER family_change_append_only ON family_change;
CREATE TRIGGER family_change_append_only BEFORE UPDATE OR DELETE ON family_change
	FOR EACH ROW EXECUTE FUNCTION append_only_but_erasing('body', 'evidence', 'reason');

DROP TRIGGER observation_append_only ON observation;
CREATE TRIGGER observation_append_only BEFORE UPDATE OR DELETE ON observation
	FOR EACH ROW EXECUTE FUNCTION append_only_but_erasing('facts', 'withdrawn');

DROP TRIGGER carried_observation_append_only ON carried_observation;
CREATE TRIGGER carried_observation_append_only BEFORE UPDATE OR DELETE ON carried_observation
	FOR EACH ROW EXECUTE FUNCTION append_only_but_erasing('facts');

CREATE FUNCTION goods_handover_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM erasing e JOIN goods_recipient r ON r.family_id = e.id WHERE r.list_id = OLD.list_id AND r.no = OLD.no)
		AND to_jsonb(NEW) - ARRAY['receiver', 'letter', 'note', 'latitude', 'longitude']
			= to_jsonb(OLD) - ARRAY['receiver', 'letter', 'note', 'latitude', 'longitude'] THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'goods_handover: nothing is changed';
END
$$;
DROP TRIGGER goods_handover_no_update ON goods_handover;
CREATE TRIGGER goods_handover_no_update BEFORE UPDATE ON goods_handover
	FOR EACH ROW EXECUTE FUNCTION goods_handover_erased();
