CREATE TABLE goods_proof (
	id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('photo', 'signature', 'receipt')),
	sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
	bytes INTEGER NOT NULL CHECK (bytes > 0),
	width INTEGER NOT NULL,
	height INTEGER NOT NULL,
	latitude INTEGER,
	longitude INTEGER,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX goods_proof_sha256 ON goods_proof (sha256);
CREATE TABLE goods_list (
	id BLOB PRIMARY KEY,
	number TEXT NOT NULL UNIQUE CHECK (number <> ''),
	title TEXT NOT NULL CHECK (title <> ''),
	programme TEXT NOT NULL,
	determination BLOB,
	release_id BLOB REFERENCES goods_release (id),
	depot_id BLOB NOT NULL REFERENCES goods_depot (id),
	depot_area TEXT NOT NULL,
	area TEXT NOT NULL CHECK (area <> ''),
	day TEXT NOT NULL,
	place TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('draft', 'open', 'closed', 'cancelled')),
	maker TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	opener TEXT,
	opened_at INTEGER,
	closer TEXT,
	closed_at INTEGER,
	CONSTRAINT opener_is_another CHECK (opener IS NULL OR opener <> maker),
	CONSTRAINT opened_by_somebody CHECK (status IN ('draft', 'cancelled') OR opener IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX goods_list_area ON goods_list (area, made_at);
CREATE TABLE goods_list_item (
	list_id BLOB NOT NULL REFERENCES goods_list (id),
	item TEXT NOT NULL REFERENCES goods_item (code),
	each INTEGER NOT NULL CHECK (each > 0),
	PRIMARY KEY (list_id, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE goods_list_stock (
	list_id BLOB NOT NULL REFERENCES goods_list (id),
	item TEXT NOT NULL,
	lot TEXT NOT NULL,
	allotted INTEGER NOT NULL DEFAULT 0,
	handed INTEGER NOT NULL DEFAULT 0 CHECK (handed >= 0),
	returned INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
	PRIMARY KEY (list_id, item, lot),
	CONSTRAINT no_more_than_allotted CHECK (handed + returned <= allotted)
) STRICT, WITHOUT ROWID;
CREATE TABLE goods_recipient (
	list_id BLOB NOT NULL REFERENCES goods_list (id),
	no INTEGER NOT NULL CHECK (no > 0),
	subject_id BLOB NOT NULL,
	family_id BLOB,
	area TEXT NOT NULL,
	name TEXT NOT NULL CHECK (name <> ''),
	name_key TEXT NOT NULL,
	address TEXT NOT NULL,
	code_blind BLOB,
	status TEXT NOT NULL CHECK (status IN ('waiting', 'handed', 'blocked')),
	PRIMARY KEY (list_id, no),
	UNIQUE (list_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX goods_recipient_family ON goods_recipient (family_id);
CREATE INDEX goods_recipient_name ON goods_recipient (list_id, name_key);
CREATE TABLE goods_handover (
	id BLOB PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	list_id BLOB NOT NULL,
	no INTEGER NOT NULL,
	area TEXT NOT NULL,
	receiver TEXT NOT NULL CHECK (receiver <> ''),
	relation TEXT NOT NULL CHECK (relation IN ('self', 'family', 'representative')),
	letter TEXT NOT NULL,
	latitude INTEGER,
	longitude INTEGER,
	photo_id BLOB REFERENCES goods_proof (id),
	signature_id BLOB REFERENCES goods_proof (id),
	note TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	UNIQUE (list_id, no),
	FOREIGN KEY (list_id, no) REFERENCES goods_recipient (list_id, no),
	CONSTRAINT who_comes_for_another_brings_a_letter CHECK (relation <> 'representative' OR letter <> '')
) STRICT, WITHOUT ROWID;
CREATE TABLE goods_handed (
	handover_id BLOB NOT NULL REFERENCES goods_handover (id),
	list_id BLOB NOT NULL,
	item TEXT NOT NULL,
	lot TEXT NOT NULL,
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	PRIMARY KEY (handover_id, item, lot),
	FOREIGN KEY (list_id, item, lot) REFERENCES goods_list_stock (list_id, item, lot)
) STRICT, WITHOUT ROWID;
CREATE INDEX goods_handed_lot ON goods_handed (item, lot);
CREATE TRIGGER goods_proof_no_delete BEFORE DELETE ON goods_proof
BEGIN
	SELECT RAISE(ABORT, 'goods_proof: nothing is removed');
END;
CREATE TRIGGER goods_proof_no_update BEFORE UPDATE ON goods_proof
BEGIN
	SELECT RAISE(ABORT, 'goods_proof: nothing is changed');
END;
CREATE TRIGGER goods_handover_no_delete BEFORE DELETE ON goods_handover
BEGIN
	SELECT RAISE(ABORT, 'goods_handover: nothing is removed');
END;
CREATE TRIGGER goods_handover_no_update BEFORE UPDATE ON goods_handover
BEGIN
	SELECT RAISE(ABORT, 'goods_handover: nothing is changed');
END;
CREATE TRIGGER goods_handed_no_delete BEFORE DELETE ON goods_handed
BEGIN
	SELECT RAISE(ABORT, 'goods_handed: nothing is removed');
END;
CREATE TRIGGER goods_handed_no_update BEFORE UPDATE ON goods_handed
BEGIN
	SELECT RAISE(ABORT, 'goods_handed: nothing is changed');
END;
CREATE TRIGGER goods_recipient_no_delete BEFORE DELETE ON goods_recipient
BEGIN
	SELECT RAISE(ABORT, 'goods_recipient: nothing is removed');
END;
CREATE TRIGGER goods_list_no_delete BEFORE DELETE ON goods_list
BEGIN
	SELECT RAISE(ABORT, 'goods_list: nothing is removed');
END;
CREATE TRIGGER goods_list_moves BEFORE UPDATE OF status ON goods_list
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('draft>open', 'draft>cancelled', 'open>closed')
BEGIN
	SELECT RAISE(ABORT, 'goods_list: a list does not move that way');
END;
CREATE TRIGGER goods_list_accounts BEFORE UPDATE OF status ON goods_list
BEGIN
	SELECT RAISE(ABORT, 'goods_list: what was allotted is handed over or returned')
		WHERE NEW.status = 'closed' AND EXISTS (SELECT 1 FROM goods_list_stock s WHERE s.list_id = NEW.id AND s.handed + s.returned <> s.allotted);
END;
CREATE TRIGGER goods_handover_open BEFORE INSERT ON goods_handover
BEGIN
	SELECT RAISE(ABORT, 'goods_handover: the list is not open')
		WHERE (SELECT status FROM goods_list WHERE id = NEW.list_id) <> 'open';
	SELECT RAISE(ABORT, 'goods_handover: not to whom is held back')
		WHERE (SELECT status FROM goods_recipient WHERE list_id = NEW.list_id AND no = NEW.no) <> 'waiting';
END;
CREATE TRIGGER goods_handed_counts AFTER INSERT ON goods_handed
BEGIN
	UPDATE goods_list_stock SET handed = handed + NEW.quantity WHERE list_id = NEW.list_id AND item = NEW.item AND lot = NEW.lot;
END;
CREATE TRIGGER goods_movement_lists AFTER INSERT ON goods_movement
	WHEN NEW.list_id IS NOT NULL
BEGIN
	INSERT INTO goods_list_stock (list_id, item, lot) VALUES (NEW.list_id, NEW.item, NEW.lot) ON CONFLICT (list_id, item, lot) DO NOTHING;
	UPDATE goods_list_stock SET allotted = allotted - NEW.quantity WHERE list_id = NEW.list_id AND item = NEW.item AND lot = NEW.lot AND NEW.kind = 'allot';
	UPDATE goods_list_stock SET returned = returned + NEW.quantity WHERE list_id = NEW.list_id AND item = NEW.item AND lot = NEW.lot AND NEW.kind = 'return';
END;
