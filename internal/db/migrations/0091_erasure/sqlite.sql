CREATE TABLE erasing (
	id BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE shredding (
	position INTEGER PRIMARY KEY,
	at INTEGER NOT NULL
) STRICT;

DROP TRIGGER family_change_no_update;
CREATE TRIGGER family_change_no_update BEFORE UPDATE ON family_change
BEGIN
	SELECT RAISE(ABORT, 'changes are never altered')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.family_id <> OLD.family_id OR NEW.version <> OLD.version OR NEW.kind <> OLD.kind
			OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_at <> OLD.proposed_at
			OR NEW.approved_by <> OLD.approved_by OR NEW.approved_at <> OLD.approved_at
			OR NEW.effective_on <> OLD.effective_on OR NEW.recorded_at <> OLD.recorded_at;
END;

DROP TRIGGER observation_no_update;
CREATE TRIGGER observation_no_update BEFORE UPDATE ON observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never altered')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.family_id <> OLD.family_id OR NEW.version <> OLD.version OR NEW.subject <> OLD.subject
			OR NEW.source <> OLD.source OR NEW.observed_on <> OLD.observed_on OR NEW.recorded_at <> OLD.recorded_at;
END;

DROP TRIGGER carried_observation_no_update;
CREATE TRIGGER carried_observation_no_update BEFORE UPDATE ON carried_observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never altered')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.family_id <> OLD.family_id OR NEW.version <> OLD.version OR NEW.subject <> OLD.subject
			OR NEW.no <> OLD.no OR NEW.source <> OLD.source OR NEW.observed_on <> OLD.observed_on OR NEW.recorded_at <> OLD.recorded_at;
END;

DROP TRIGGER goods_handover_no_update;
CREATE TRIGGER goods_handover_no_update BEFORE UPDATE ON goods_handover
BEGIN
	SELECT RAISE(ABORT, 'goods_handover: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN goods_recipient r ON r.family_id = e.id
				WHERE r.list_id = OLD.list_id AND r.no = OLD.no)
			OR NEW.id <> OLD.id OR NEW.list_id <> OLD.list_id OR NEW.no <> OLD.no OR NEW.area <> OLD.area
			OR NEW.relation <> OLD.relation OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at;
END;
