DROP TRIGGER instruction_fixed;
CREATE TRIGGER instruction_fixed BEFORE UPDATE OF list_id, line_no, family_id, person_id, payee_id, area, bank, amount ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: this never changes');
END;
CREATE TRIGGER instruction_named BEFORE UPDATE OF number_sealed, number_blind, number_masked, holder ON instruction
	WHEN NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'instruction: this never changes');
END;

DROP TRIGGER handover_no_update;
CREATE TRIGGER handover_no_update BEFORE UPDATE ON handover
BEGIN
	SELECT RAISE(ABORT, 'handover: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.list_id <> OLD.list_id OR NEW.line_no <> OLD.line_no OR NEW.family_id <> OLD.family_id OR NEW.at <> OLD.at OR NEW.actor <> OLD.actor;
END;

DROP TRIGGER post_proof_no_update;
CREATE TRIGGER post_proof_no_update BEFORE UPDATE ON post_proof
BEGIN
	SELECT RAISE(ABORT, 'post_proof: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN instruction i ON i.family_id = e.id WHERE i.list_id = OLD.list_id AND i.line_no = OLD.line_no)
			OR NEW.file_id <> OLD.file_id OR NEW.line <> OLD.line OR NEW.list_id <> OLD.list_id OR NEW.line_no <> OLD.line_no OR NEW.at <> OLD.at OR NEW.digest <> OLD.digest;
END;

DROP TRIGGER payment_exception_fixed;
CREATE TRIGGER payment_exception_fixed BEFORE UPDATE OF id, area, list_id, line_no, family_id, file_id, file_line, code, said, amount, opened_at ON payment_exception
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: this never changes');
END;
CREATE TRIGGER payment_exception_told BEFORE UPDATE OF detail ON payment_exception
	WHEN NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: this never changes');
END;

DROP TRIGGER payment_hold_fixed;
CREATE TRIGGER payment_hold_fixed BEFORE UPDATE OF id, area, family_id, programme, placed_by, placed_at ON payment_hold
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: this never changes');
END;
CREATE TRIGGER payment_hold_told BEFORE UPDATE OF reason ON payment_hold
	WHEN NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: this never changes');
END;
DROP TRIGGER payment_hold_lifted;
CREATE TRIGGER payment_hold_lifted BEFORE UPDATE ON payment_hold
	WHEN OLD.lifted_by IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
		OR NEW.lifted_by IS NOT OLD.lifted_by OR NEW.lifted_at IS NOT OLD.lifted_at)
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: a hold is lifted once');
END;

DROP TRIGGER payee_route_fixed;
CREATE TRIGGER payee_route_fixed BEFORE UPDATE OF id, area, family_id, programme, kind, bank, proposer, proposed_at ON payee_route
BEGIN
	SELECT RAISE(ABORT, 'payee_route: this never changes');
END;
CREATE TRIGGER payee_route_named BEFORE UPDATE OF holder, relation, number_sealed, number_blind, number_masked, evidence, note ON payee_route
	WHEN NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'payee_route: this never changes');
END;

DROP TRIGGER meal_delivery_no_update;
CREATE TRIGGER meal_delivery_no_update BEFORE UPDATE ON meal_delivery
BEGIN
	SELECT RAISE(ABORT, 'meal_delivery: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN meal_client c ON c.family_id = e.id WHERE c.id = OLD.client_id)
			OR NEW.client_id <> OLD.client_id OR NEW.person_id <> OLD.person_id OR NEW.day <> OLD.day OR NEW.group_id <> OLD.group_id OR NEW.area <> OLD.area
			OR NEW.outcome <> OLD.outcome OR NEW.carrier <> OLD.carrier OR NEW.price <> OLD.price OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at
			OR NEW.batch <> OLD.batch OR NEW.photo_id IS NOT OLD.photo_id;
END;

DROP TRIGGER goods_proof_no_update;
CREATE TRIGGER goods_proof_no_update BEFORE UPDATE ON goods_proof
BEGIN
	SELECT RAISE(ABORT, 'goods_proof: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN goods_recipient r ON r.family_id = e.id
				JOIN goods_handover h ON h.list_id = r.list_id AND h.no = r.no WHERE h.photo_id = OLD.id OR h.signature_id = OLD.id)
			AND NOT EXISTS (SELECT 1 FROM erasing e JOIN meal_client c ON c.family_id = e.id
				JOIN meal_delivery d ON d.client_id = c.id WHERE d.photo_id = OLD.id)
			OR NEW.id <> OLD.id OR NEW.area <> OLD.area OR NEW.kind <> OLD.kind OR NEW.sha256 <> OLD.sha256 OR NEW.bytes <> OLD.bytes
			OR NEW.width <> OLD.width OR NEW.height <> OLD.height OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at;
END;

DROP TRIGGER duty_verification_no_update;
CREATE TRIGGER duty_verification_no_update BEFORE UPDATE ON duty_verification
BEGIN
	SELECT RAISE(ABORT, 'duty_verification: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.family_id <> OLD.family_id OR NEW.month <> OLD.month OR NEW.area <> OLD.area OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at;
END;

DROP TRIGGER pay_list_act_no_update;
CREATE TRIGGER pay_list_act_no_update BEFORE UPDATE ON pay_list_act
BEGIN
	SELECT RAISE(ABORT, 'pay_list_act: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN instruction_event v ON v.family_id = e.id WHERE v.list_id = OLD.list_id AND v.act = OLD.act)
			OR NEW.list_id <> OLD.list_id OR NEW.act <> OLD.act OR NEW.kind <> OLD.kind OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at
			OR NEW.entry IS NOT OLD.entry OR NEW.file_id IS NOT OLD.file_id OR NEW.lines <> OLD.lines OR NEW.total <> OLD.total;
END;
