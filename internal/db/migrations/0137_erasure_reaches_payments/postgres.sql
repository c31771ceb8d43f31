CREATE FUNCTION fixed_but_erasing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	blanked TEXT[] := TG_ARGV;
BEGIN
	IF EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id) AND to_jsonb(NEW) - blanked = to_jsonb(OLD) - blanked THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION '%: this never changes', TG_TABLE_NAME;
END
$$;

DROP TRIGGER instruction_fixed ON instruction;
CREATE TRIGGER instruction_fixed BEFORE UPDATE OF list_id, line_no, family_id, person_id, payee_id, area, bank, amount ON instruction
	FOR EACH ROW EXECUTE FUNCTION refuse('instruction: this never changes');
CREATE TRIGGER instruction_named BEFORE UPDATE OF number_sealed, number_blind, number_masked, holder ON instruction
	FOR EACH ROW EXECUTE FUNCTION fixed_but_erasing('number_sealed', 'number_blind', 'number_masked', 'holder');

DROP TRIGGER handover_no_update ON handover;
CREATE TRIGGER handover_no_update BEFORE UPDATE ON handover
	FOR EACH ROW EXECUTE FUNCTION fixed_but_erasing('receiver', 'proof');

CREATE FUNCTION post_proof_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM erasing e JOIN instruction i ON i.family_id = e.id WHERE i.list_id = OLD.list_id AND i.line_no = OLD.line_no)
		AND to_jsonb(NEW) - ARRAY['lat', 'lon', 'photo', 'signature'] = to_jsonb(OLD) - ARRAY['lat', 'lon', 'photo', 'signature'] THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'post_proof: nothing is changed';
END
$$;
DROP TRIGGER post_proof_no_update ON post_proof;
CREATE TRIGGER post_proof_no_update BEFORE UPDATE ON post_proof
	FOR EACH ROW EXECUTE FUNCTION post_proof_erased();

DROP TRIGGER payment_exception_fixed ON payment_exception;
CREATE TRIGGER payment_exception_fixed BEFORE UPDATE OF id, area, list_id, line_no, family_id, file_id, file_line, code, said, amount, opened_at ON payment_exception
	FOR EACH ROW EXECUTE FUNCTION refuse('payment_exception: this never changes');
CREATE TRIGGER payment_exception_told BEFORE UPDATE OF detail ON payment_exception
	FOR EACH ROW EXECUTE FUNCTION fixed_but_erasing('detail', 'note');

DROP TRIGGER payment_hold_fixed ON payment_hold;
CREATE TRIGGER payment_hold_fixed BEFORE UPDATE OF id, area, family_id, programme, placed_by, placed_at ON payment_hold
	FOR EACH ROW EXECUTE FUNCTION refuse('payment_hold: this never changes');
CREATE TRIGGER payment_hold_told BEFORE UPDATE OF reason ON payment_hold
	FOR EACH ROW EXECUTE FUNCTION fixed_but_erasing('reason', 'lifted_why');
DROP TRIGGER payment_hold_lifted ON payment_hold;
CREATE TRIGGER payment_hold_lifted BEFORE UPDATE ON payment_hold
	FOR EACH ROW WHEN (OLD.lifted_by IS NOT NULL) EXECUTE FUNCTION fixed_but_erasing('reason', 'lifted_why');

DROP TRIGGER payee_route_fixed ON payee_route;
CREATE TRIGGER payee_route_fixed BEFORE UPDATE OF id, area, family_id, programme, kind, bank, proposer, proposed_at ON payee_route
	FOR EACH ROW EXECUTE FUNCTION refuse('payee_route: this never changes');
CREATE TRIGGER payee_route_named BEFORE UPDATE OF holder, relation, number_sealed, number_blind, number_masked, evidence, note ON payee_route
	FOR EACH ROW EXECUTE FUNCTION fixed_but_erasing('holder', 'relation', 'number_sealed', 'number_blind', 'number_masked', 'evidence', 'note');

CREATE FUNCTION meal_delivery_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM erasing e JOIN meal_client c ON c.family_id = e.id WHERE c.id = OLD.client_id)
		AND to_jsonb(NEW) - ARRAY['witness', 'latitude', 'longitude'] = to_jsonb(OLD) - ARRAY['witness', 'latitude', 'longitude'] THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'meal_delivery: nothing is changed';
END
$$;
DROP TRIGGER meal_delivery_no_update ON meal_delivery;
CREATE TRIGGER meal_delivery_no_update BEFORE UPDATE ON meal_delivery
	FOR EACH ROW EXECUTE FUNCTION meal_delivery_erased();

CREATE FUNCTION goods_proof_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (EXISTS (SELECT 1 FROM erasing e JOIN goods_recipient r ON r.family_id = e.id
				JOIN goods_handover h ON h.list_id = r.list_id AND h.no = r.no WHERE h.photo_id = OLD.id OR h.signature_id = OLD.id)
			OR EXISTS (SELECT 1 FROM erasing e JOIN meal_client c ON c.family_id = e.id
				JOIN meal_delivery d ON d.client_id = c.id WHERE d.photo_id = OLD.id))
		AND to_jsonb(NEW) - ARRAY['latitude', 'longitude'] = to_jsonb(OLD) - ARRAY['latitude', 'longitude'] THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'goods_proof: nothing is changed';
END
$$;
DROP TRIGGER goods_proof_no_update ON goods_proof;
CREATE TRIGGER goods_proof_no_update BEFORE UPDATE ON goods_proof
	FOR EACH ROW EXECUTE FUNCTION goods_proof_erased();

DROP TRIGGER duty_verification_no_update ON duty_verification;
CREATE TRIGGER duty_verification_no_update BEFORE UPDATE ON duty_verification
	FOR EACH ROW EXECUTE FUNCTION fixed_but_erasing('note');

CREATE FUNCTION pay_list_act_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM erasing e JOIN instruction_event v ON v.family_id = e.id WHERE v.list_id = OLD.list_id AND v.act = OLD.act)
		AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note' THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'pay_list_act: nothing is changed';
END
$$;
DROP TRIGGER pay_list_act_no_update ON pay_list_act;
CREATE TRIGGER pay_list_act_no_update BEFORE UPDATE ON pay_list_act
	FOR EACH ROW EXECUTE FUNCTION pay_list_act_erased();
