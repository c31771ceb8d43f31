CREATE TRIGGER goods_movement_closed_roads BEFORE INSERT ON goods_movement
BEGIN
	SELECT RAISE(ABORT, 'goods_movement: this store opens only in a declared emergency')
		WHERE NEW.kind = 'allot' AND (SELECT kind FROM goods_depot WHERE id = NEW.depot_id) = 'lumbung'
			AND NOT EXISTS (SELECT 1 FROM goods_release r JOIN goods_emergency e ON e.id = r.emergency_id
				WHERE r.id = NEW.release_id AND r.depot_id = NEW.depot_id AND NEW.day BETWEEN e.from_day AND e.to_day);
	SELECT RAISE(ABORT, 'goods_movement: this store sends nothing elsewhere')
		WHERE NEW.kind = 'transfer_out' AND (SELECT kind FROM goods_depot WHERE id = NEW.depot_id) = 'lumbung';
	SELECT RAISE(ABORT, 'goods_movement: this number came in before')
		WHERE NEW.kind = 'receive' AND (SELECT tracking FROM goods_item WHERE code = NEW.item) = 'serial'
			AND EXISTS (SELECT 1 FROM goods_movement m WHERE m.item = NEW.item AND m.lot = NEW.lot AND m.kind = 'receive');
END;
CREATE TRIGGER goods_handover_proved BEFORE INSERT ON goods_handover
BEGIN
	SELECT RAISE(ABORT, 'goods_handover: neither photo nor signature')
		WHERE NEW.photo_id IS NULL AND NEW.signature_id IS NULL;
END;
CREATE TRIGGER meal_money_in_time BEFORE INSERT ON meal_money
BEGIN
	SELECT RAISE(ABORT, 'meal_money: the month is accounted for')
		WHERE EXISTS (SELECT 1 FROM meal_report r WHERE r.group_id = NEW.group_id AND r.month = substr(NEW.day, 1, 7));
END;
