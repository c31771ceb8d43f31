CREATE TABLE goods_order (
	id UUID PRIMARY KEY,
	number TEXT NOT NULL UNIQUE CHECK (number <> ''),
	depot_id UUID NOT NULL REFERENCES goods_depot (id),
	area TEXT COLLATE "C" NOT NULL,
	source TEXT NOT NULL CHECK (source IN ('purchase', 'workshop')),
	supplier TEXT NOT NULL,
	contract TEXT NOT NULL DEFAULT '',
	status TEXT NOT NULL CHECK (status IN ('requested', 'ordered', 'received', 'cancelled')),
	reason TEXT NOT NULL,
	maker TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	approver TEXT,
	approved_at BIGINT,
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR approver <> maker),
	CONSTRAINT ordered_by_two CHECK (status IN ('requested', 'cancelled') OR (approver IS NOT NULL AND supplier <> ''))
);
CREATE INDEX goods_order_area ON goods_order (area, made_at);
CREATE TABLE goods_order_line (
	order_id UUID NOT NULL REFERENCES goods_order (id),
	line_no BIGINT NOT NULL CHECK (line_no > 0),
	item TEXT NOT NULL REFERENCES goods_item (code),
	quantity BIGINT NOT NULL CHECK (quantity > 0),
	price BIGINT NOT NULL CHECK (price >= 0),
	accepted BIGINT NOT NULL DEFAULT 0 CHECK (accepted >= 0),
	rejected BIGINT NOT NULL DEFAULT 0 CHECK (rejected >= 0),
	PRIMARY KEY (order_id, line_no),
	CONSTRAINT no_more_than_ordered CHECK (accepted <= quantity)
);
CREATE TABLE goods_receipt (
	id UUID PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	order_id UUID NOT NULL,
	line_no BIGINT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	lot TEXT NOT NULL,
	accepted BIGINT NOT NULL CHECK (accepted >= 0),
	rejected BIGINT NOT NULL CHECK (rejected >= 0),
	reason TEXT NOT NULL,
	document TEXT NOT NULL,
	inspector TEXT NOT NULL,
	at BIGINT NOT NULL,
	FOREIGN KEY (order_id, line_no) REFERENCES goods_order_line (order_id, line_no),
	CONSTRAINT something_came CHECK (accepted + rejected > 0),
	CONSTRAINT a_refusal_has_a_reason CHECK (rejected = 0 OR reason <> '')
);
CREATE INDEX goods_receipt_order ON goods_receipt (order_id, at);
CREATE TABLE goods_maintenance (
	id UUID PRIMARY KEY,
	item TEXT NOT NULL,
	lot TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	day TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('inspection', 'repair', 'fitting', 'health', 'condemned')),
	note TEXT NOT NULL CHECK (note <> ''),
	cost BIGINT NOT NULL CHECK (cost >= 0),
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	FOREIGN KEY (item, lot) REFERENCES goods_lot (item, lot)
);
CREATE INDEX goods_maintenance_unit ON goods_maintenance (item, lot);
CREATE TRIGGER goods_receipt_no_delete BEFORE DELETE ON goods_receipt
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_receipt: nothing is removed');
CREATE TRIGGER goods_receipt_no_update BEFORE UPDATE ON goods_receipt
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_receipt: nothing is changed');
CREATE TRIGGER goods_maintenance_no_delete BEFORE DELETE ON goods_maintenance
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_maintenance: nothing is removed');
CREATE TRIGGER goods_maintenance_no_update BEFORE UPDATE ON goods_maintenance
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_maintenance: nothing is changed');
CREATE FUNCTION goods_receipt_ordered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (SELECT status FROM goods_order WHERE id = NEW.order_id) <> 'ordered' THEN
		RAISE EXCEPTION 'goods_receipt: nothing was ordered';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_receipt_ordered BEFORE INSERT ON goods_receipt
	FOR EACH ROW
	EXECUTE FUNCTION goods_receipt_ordered();
CREATE FUNCTION goods_receipt_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE goods_order_line SET accepted = accepted + NEW.accepted, rejected = rejected + NEW.rejected WHERE order_id = NEW.order_id AND line_no = NEW.line_no;
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_receipt_counts AFTER INSERT ON goods_receipt
	FOR EACH ROW
	EXECUTE FUNCTION goods_receipt_counts();
