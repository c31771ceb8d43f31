CREATE TABLE goods_item (
	code TEXT PRIMARY KEY CHECK (code <> ''),
	name TEXT NOT NULL CHECK (name <> ''),
	kind TEXT NOT NULL CHECK (kind IN ('food', 'clothing', 'shelter', 'device', 'vehicle', 'livestock', 'other')),
	unit TEXT NOT NULL CHECK (unit <> ''),
	tracking TEXT NOT NULL CHECK (tracking IN ('bulk', 'lot', 'serial')),
	expires SMALLINT NOT NULL CHECK (expires IN (0, 1)),
	spec TEXT NOT NULL,
	value BIGINT NOT NULL CHECK (value >= 0),
	CONSTRAINT expiry_needs_lots CHECK (expires = 0 OR tracking = 'lot')
);
CREATE TABLE goods_lot (
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL CHECK (lot <> ''),
	serial SMALLINT NOT NULL CHECK (serial IN (0, 1)),
	expires TEXT,
	size TEXT NOT NULL,
	health TEXT NOT NULL,
	source TEXT NOT NULL CHECK (source IN ('purchase', 'workshop', 'donation')),
	maker TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (item, lot)
);
CREATE TABLE goods_depot (
	id UUID PRIMARY KEY,
	code TEXT NOT NULL UNIQUE CHECK (code <> ''),
	name TEXT NOT NULL CHECK (name <> ''),
	kind TEXT NOT NULL CHECK (kind IN ('lumbung', 'centre', 'warehouse')),
	area TEXT COLLATE "C" NOT NULL CHECK (area <> ''),
	keeper TEXT NOT NULL CHECK (keeper <> ''),
	place TEXT NOT NULL
);
CREATE INDEX goods_depot_area ON goods_depot (area);
CREATE TABLE goods_emergency (
	id UUID PRIMARY KEY,
	decree TEXT NOT NULL UNIQUE CHECK (decree <> ''),
	signed_by TEXT NOT NULL CHECK (signed_by <> ''),
	cause TEXT NOT NULL CHECK (cause <> ''),
	area TEXT COLLATE "C" NOT NULL CHECK (area <> ''),
	from_day TEXT NOT NULL,
	to_day TEXT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	report TEXT NOT NULL DEFAULT '',
	reporter TEXT,
	reported_at BIGINT,
	CONSTRAINT ends_after_it_begins CHECK (to_day >= from_day),
	CONSTRAINT reported_by_somebody CHECK ((reported_at IS NULL) = (reporter IS NULL))
);
CREATE TABLE goods_release (
	id UUID PRIMARY KEY,
	emergency_id UUID NOT NULL REFERENCES goods_emergency (id),
	depot_id UUID NOT NULL REFERENCES goods_depot (id),
	area TEXT COLLATE "C" NOT NULL,
	note TEXT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	UNIQUE (emergency_id, depot_id)
);
CREATE TABLE goods_transfer (
	id UUID PRIMARY KEY,
	from_id UUID NOT NULL REFERENCES goods_depot (id),
	to_id UUID NOT NULL REFERENCES goods_depot (id),
	from_area TEXT COLLATE "C" NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL,
	planned BIGINT NOT NULL CHECK (planned > 0),
	sent BIGINT NOT NULL DEFAULT 0,
	received BIGINT NOT NULL DEFAULT 0 CHECK (received >= 0),
	lost BIGINT NOT NULL DEFAULT 0 CHECK (lost >= 0),
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	note TEXT NOT NULL,
	lost_by TEXT,
	CONSTRAINT another_place CHECK (from_id <> to_id),
	CONSTRAINT sent_once CHECK (sent IN (0, planned)),
	CONSTRAINT nothing_arises_on_the_way CHECK (received + lost <= sent),
	CONSTRAINT lost_by_another CHECK (lost = 0 OR (lost_by IS NOT NULL AND lost_by <> actor))
);
CREATE INDEX goods_transfer_area ON goods_transfer (area, at);
CREATE TABLE goods_adjustment (
	id UUID PRIMARY KEY,
	depot_id UUID NOT NULL REFERENCES goods_depot (id),
	area TEXT COLLATE "C" NOT NULL,
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('adjust', 'loss', 'expiry')),
	quantity BIGINT NOT NULL CHECK (quantity <> 0),
	expected BIGINT NOT NULL,
	reason TEXT NOT NULL CHECK (reason <> ''),
	proposer TEXT NOT NULL,
	at BIGINT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'refused')),
	approver TEXT,
	decided_at BIGINT,
	CONSTRAINT losses_take_away CHECK (kind = 'adjust' OR quantity < 0),
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR approver <> proposer),
	CONSTRAINT decided_by_somebody CHECK ((status = 'proposed') = (approver IS NULL))
);
CREATE INDEX goods_adjustment_area ON goods_adjustment (area, status);
CREATE TABLE goods_movement (
	id UUID PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	depot_id UUID NOT NULL REFERENCES goods_depot (id),
	area TEXT COLLATE "C" NOT NULL,
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL,
	kind TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	day TEXT NOT NULL,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL CHECK (actor <> ''),
	approver TEXT,
	document TEXT NOT NULL,
	note TEXT NOT NULL,
	transfer_id UUID REFERENCES goods_transfer (id),
	release_id UUID REFERENCES goods_release (id),
	adjustment_id UUID UNIQUE REFERENCES goods_adjustment (id),
	list_id UUID,
	CONSTRAINT kind_gives_the_sign CHECK ((kind IN ('receive', 'transfer_in', 'return') AND quantity > 0)
		OR (kind IN ('issue', 'transfer_out', 'allot', 'loss', 'expiry') AND quantity < 0)
		OR (kind = 'adjust' AND quantity <> 0)),
	CONSTRAINT four_eyes CHECK (kind NOT IN ('adjust', 'loss', 'expiry') OR (adjustment_id IS NOT NULL AND approver IS NOT NULL AND approver <> actor)),
	CONSTRAINT on_its_way CHECK ((kind IN ('transfer_in', 'transfer_out')) = (transfer_id IS NOT NULL)),
	CONSTRAINT for_a_list CHECK ((kind IN ('allot', 'return')) = (list_id IS NOT NULL))
);
CREATE INDEX goods_movement_card ON goods_movement (depot_id, item, at);
CREATE INDEX goods_movement_area ON goods_movement (area, at);
CREATE INDEX goods_movement_lot ON goods_movement (item, lot);
CREATE TABLE goods_balance (
	depot_id UUID NOT NULL REFERENCES goods_depot (id),
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL,
	serial SMALLINT NOT NULL,
	quantity BIGINT NOT NULL CHECK (quantity >= 0),
	PRIMARY KEY (depot_id, item, lot),
	CONSTRAINT a_numbered_thing_is_one CHECK (serial = 0 OR quantity <= 1)
);
CREATE UNIQUE INDEX goods_serial_in_one_place ON goods_balance (item, lot) WHERE serial = 1 AND quantity > 0;
CREATE TRIGGER goods_movement_no_delete BEFORE DELETE ON goods_movement
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_movement: nothing is removed');
CREATE TRIGGER goods_movement_no_update BEFORE UPDATE ON goods_movement
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_movement: nothing is changed');
CREATE TRIGGER goods_lot_no_delete BEFORE DELETE ON goods_lot
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_lot: nothing is removed');
CREATE TRIGGER goods_item_fixed BEFORE UPDATE OF code, tracking, expires, unit ON goods_item
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_item: this never changes');
CREATE TRIGGER goods_transfer_fixed BEFORE UPDATE OF id, from_id, to_id, from_area, area, item, lot, planned, actor, at ON goods_transfer
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_transfer: this never changes');
CREATE TRIGGER goods_transfer_no_delete BEFORE DELETE ON goods_transfer
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_transfer: nothing is removed');
CREATE TRIGGER goods_transfer_grows BEFORE UPDATE OF sent, received, lost ON goods_transfer
	FOR EACH ROW
	WHEN (NEW.sent < OLD.sent OR NEW.received < OLD.received OR NEW.lost < OLD.lost)
	EXECUTE FUNCTION refuse('goods_transfer: what happened stays');
CREATE TRIGGER goods_adjustment_once BEFORE UPDATE ON goods_adjustment
	FOR EACH ROW
	WHEN (OLD.status <> 'proposed' OR OLD.quantity <> NEW.quantity OR OLD.proposer <> NEW.proposer)
	EXECUTE FUNCTION refuse('goods_adjustment: decided once, as proposed');
CREATE FUNCTION goods_movement_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.kind = 'issue' AND (SELECT kind FROM goods_depot WHERE id = NEW.depot_id) = 'lumbung'
			AND NOT EXISTS (SELECT 1 FROM goods_release r JOIN goods_emergency e ON e.id = r.emergency_id
				WHERE r.id = NEW.release_id AND r.depot_id = NEW.depot_id AND NEW.day BETWEEN e.from_day AND e.to_day) THEN
		RAISE EXCEPTION 'goods_movement: this store opens only in a declared emergency';
	END IF;
	IF NEW.adjustment_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM goods_adjustment a WHERE a.id = NEW.adjustment_id AND a.status = 'approved'
			AND a.depot_id = NEW.depot_id AND a.item = NEW.item AND a.lot = NEW.lot AND a.kind = NEW.kind AND a.quantity = NEW.quantity
			AND a.proposer = NEW.actor AND a.approver = NEW.approver) THEN
		RAISE EXCEPTION 'goods_movement: not as two people decided';
	END IF;
	IF NEW.transfer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM goods_transfer t WHERE t.id = NEW.transfer_id AND t.item = NEW.item AND t.lot = NEW.lot
			AND ((NEW.kind = 'transfer_out' AND t.from_id = NEW.depot_id AND t.planned = -NEW.quantity AND t.sent = 0)
				OR (NEW.kind = 'transfer_in' AND t.to_id = NEW.depot_id AND t.sent > 0))) THEN
		RAISE EXCEPTION 'goods_movement: not what is on its way';
	END IF;
	IF ((SELECT tracking FROM goods_item WHERE code = NEW.item) = 'bulk') <> (NEW.lot = '') THEN
		RAISE EXCEPTION 'goods_movement: what is counted by lot or number says which';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_movement_allowed BEFORE INSERT ON goods_movement
	FOR EACH ROW
	EXECUTE FUNCTION goods_movement_allowed();
CREATE FUNCTION goods_movement_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO goods_balance (depot_id, item, lot, serial, quantity)
		VALUES (NEW.depot_id, NEW.item, NEW.lot, (SELECT CASE WHEN tracking = 'serial' THEN 1 ELSE 0 END FROM goods_item WHERE code = NEW.item), 0)
		ON CONFLICT (depot_id, item, lot) DO NOTHING;
	UPDATE goods_balance SET quantity = quantity + NEW.quantity WHERE depot_id = NEW.depot_id AND item = NEW.item AND lot = NEW.lot;
	UPDATE goods_transfer SET sent = -NEW.quantity WHERE id = NEW.transfer_id AND NEW.kind = 'transfer_out';
	UPDATE goods_transfer SET received = received + NEW.quantity WHERE id = NEW.transfer_id AND NEW.kind = 'transfer_in';
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_movement_counts AFTER INSERT ON goods_movement
	FOR EACH ROW
	EXECUTE FUNCTION goods_movement_counts();
