CREATE TABLE goods_order (
	id BLOB PRIMARY KEY,
	number TEXT NOT NULL UNIQUE CHECK (number <> ''),
	depot_id BLOB NOT NULL REFERENCES goods_depot (id),
	area TEXT NOT NULL,
	source TEXT NOT NULL CHECK (source IN ('purchase', 'workshop')),
	supplier TEXT NOT NULL,
	contract TEXT NOT NULL DEFAULT '',
	status TEXT NOT NULL CHECK (status IN ('requested', 'ordered', 'received', 'cancelled')),
	reason TEXT NOT NULL,
	maker TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	approver TEXT,
	approved_at INTEGER,
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR approver <> maker),
	CONSTRAINT ordered_by_two CHECK (status IN ('requested', 'cancelled') OR (approver IS NOT NULL AND supplier <> ''))
) STRICT, WITHOUT ROWID;
CREATE INDEX goods_order_area ON goods_order (area, made_at);
CREATE TABLE goods_order_line (
	order_id BLOB NOT NULL REFERENCES goods_order (id),
	line_no INTEGER NOT NULL CHECK (line_no > 0),
	item TEXT NOT NULL REFERENCES goods_item (code),
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	price INTEGER NOT NULL CHECK (price >= 0),
	accepted INTEGER NOT NULL DEFAULT 0 CHECK (accepted >= 0),
	rejected INTEGER NOT NULL DEFAULT 0 CHECK (rejected >= 0),
	PRIMARY KEY (order_id, line_no),
	CONSTRAINT no_more_than_ordered CHECK (accepted <= quantity)
) STRICT, WITHOUT ROWID;
CREATE TABLE goods_receipt (
	id BLOB PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	order_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	area TEXT NOT NULL,
	lot TEXT NOT NULL,
	accepted INTEGER NOT NULL CHECK (accepted >= 0),
	rejected INTEGER NOT NULL CHECK (rejected >= 0),
	reason TEXT NOT NULL,
	document TEXT NOT NULL,
	inspector TEXT NOT NULL,
	at INTEGER NOT NULL,
	FOREIGN KEY (order_id, line_no) REFERENCES goods_order_line (order_id, line_no),
	CONSTRAINT something_came CHECK (accepted + rejected > 0),
	CONSTRAINT a_refusal_has_a_reason CHECK (rejected = 0 OR reason <> '')
) STRICT, WITHOUT ROWID;
CREATE INDEX goods_receipt_order ON goods_receipt (order_id, at);
CREATE TABLE goods_maintenance (
	id BLOB PRIMARY KEY,
	item TEXT NOT NULL,
	lot TEXT NOT NULL,
	area TEXT NOT NULL,
	day TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('inspection', 'repair', 'fitting', 'health', 'condemned')),
	note TEXT NOT NULL CHECK (note <> ''),
	cost INTEGER NOT NULL CHECK (cost >= 0),
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	FOREIGN KEY (item, lot) REFERENCES goods_lot (item, lot)
) STRICT, WITHOUT ROWID;
CREATE INDEX goods_maintenance_unit ON goods_maintenance (item, lot);
CREATE TRIGGER goods_receipt_no_delete BEFORE DELETE ON goods_receipt
BEGIN
	SELECT RAISE(ABORT, 'goods_receipt: nothing is removed');
END;
CREATE TRIGGER goods_receipt_no_update BEFORE UPDATE ON goods_receipt
BEGIN
	SELECT RAISE(ABORT, 'goods_receipt: nothing is changed');
END;
CREATE TRIGGER goods_maintenance_no_delete BEFORE DELETE ON goods_maintenance
BEGIN
	SELECT RAISE(ABORT, 'goods_maintenance: nothing is removed');
END;
CREATE TRIGGER goods_maintenance_no_update BEFORE UPDATE ON goods_maintenance
BEGIN
	SELECT RAISE(ABORT, 'goods_maintenance: nothing is changed');
END;
CREATE TRIGGER goods_receipt_ordered BEFORE INSERT ON goods_receipt
BEGIN
	SELECT RAISE(ABORT, 'goods_receipt: nothing was ordered')
		WHERE (SELECT status FROM goods_order WHERE id = NEW.order_id) <> 'ordered';
END;
CREATE TRIGGER goods_receipt_counts AFTER INSERT ON goods_receipt
BEGIN
	UPDATE goods_order_line SET accepted = accepted + NEW.accepted, rejected = rejected + NEW.rejected WHERE order_id = NEW.order_id AND line_no = NEW.line_no;
END;
