CREATE FUNCTION goods_movement_closed_roads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.kind = 'allot' AND (SELECT kind FROM goods_depot WHERE id = NEW.depot_id) = 'lumbung'
			AND NOT EXISTS (SELECT 1 FROM goods_release r JOIN goods_emergency e ON e.id = r.emergency_id
				WHERE r.id = NEW.release_id AND r.depot_id = NEW.depot_id AND NEW.day BETWEEN e.from_day AND e.to_day) THEN
		RAISE EXCEPTION 'goods_movement: this store opens only in a declared emergency';
	END IF;
	IF NEW.kind = 'transfer_out' AND (SELECT kind FROM goods_depot WHERE id = NEW.depot_id) = 'lumbung' THEN
		RAISE EXCEPTION 'goods_movement: this store sends nothing elsewhere';
	END IF;
	IF NEW.kind = 'receive' AND (SELECT tracking FROM goods_item WHERE code = NEW.item) = 'serial'
			AND EXISTS (SELECT 1 FROM goods_movement m WHERE m.item = NEW.item AND m.lot = NEW.lot AND m.kind = 'receive') THEN
		RAISE EXCEPTION 'goods_movement: this number came in before';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_movement_closed_roads BEFORE INSERT ON goods_movement
	FOR EACH ROW
	EXECUTE FUNCTION goods_movement_closed_roads();
CREATE FUNCTION goods_handover_proved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.photo_id IS NULL AND NEW.signature_id IS NULL THEN
		RAISE EXCEPTION 'goods_handover: neither photo nor signature';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_handover_proved BEFORE INSERT ON goods_handover
	FOR EACH ROW
	EXECUTE FUNCTION goods_handover_proved();
CREATE FUNCTION meal_money_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM meal_report r WHERE r.group_id = NEW.group_id AND r.month = substr(NEW.day, 1, 7)) THEN
		RAISE EXCEPTION 'meal_money: the month is accounted for';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER meal_money_in_time BEFORE INSERT ON meal_money
	FOR EACH ROW
	EXECUTE FUNCTION meal_money_in_time();
