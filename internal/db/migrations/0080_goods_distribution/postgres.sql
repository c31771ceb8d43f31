CREATE TABLE goods_proof (
	id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('photo', 'signature', 'receipt')),
	sha256 BYTEA NOT NULL CHECK (length(sha256) = 32),
	bytes BIGINT NOT NULL CHECK (bytes > 0),
	width BIGINT NOT NULL,
	height BIGINT NOT NULL,
	latitude BIGINT,
	longitude BIGINT,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL
);
CREATE INDEX goods_proof_sha256 ON goods_proof (sha256);
CREATE TABLE goods_list (
	id UUID PRIMARY KEY,
	number TEXT NOT NULL UNIQUE CHECK (number <> ''),
	title TEXT NOT NULL CHECK (title <> ''),
	programme TEXT NOT NULL,
	determination UUID,
	release_id UUID REFERENCES goods_release (id),
	depot_id UUID NOT NULL REFERENCES goods_depot (id),
	depot_area TEXT COLLATE "C" NOT NULL,
	area TEXT COLLATE "C" NOT NULL CHECK (area <> ''),
	day TEXT NOT NULL,
	place TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('draft', 'open', 'closed', 'cancelled')),
	maker TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	opener TEXT,
	opened_at BIGINT,
	closer TEXT,
	closed_at BIGINT,
	CONSTRAINT opener_is_another CHECK (opener IS NULL OR opener <> maker),
	CONSTRAINT opened_by_somebody CHECK (status IN ('draft', 'cancelled') OR opener IS NOT NULL)
);
CREATE INDEX goods_list_area ON goods_list (area, made_at);
CREATE TABLE goods_list_item (
	list_id UUID NOT NULL REFERENCES goods_list (id),
	item TEXT NOT NULL REFERENCES goods_item (code),
	each BIGINT NOT NULL CHECK (each > 0),
	PRIMARY KEY (list_id, item)
);
CREATE TABLE goods_list_stock (
	list_id UUID NOT NULL REFERENCES goods_list (id),
	item TEXT NOT NULL,
	lot TEXT NOT NULL,
	allotted BIGINT NOT NULL DEFAULT 0,
	handed BIGINT NOT NULL DEFAULT 0 CHECK (handed >= 0),
	returned BIGINT NOT NULL DEFAULT 0 CHECK (returned >= 0),
	PRIMARY KEY (list_id, item, lot),
	CONSTRAINT no_more_than_allotted CHECK (handed + returned <= allotted)
);
CREATE TABLE goods_recipient (
	list_id UUID NOT NULL REFERENCES goods_list (id),
	no BIGINT NOT NULL CHECK (no > 0),
	subject_id UUID NOT NULL,
	family_id UUID,
	area TEXT COLLATE "C" NOT NULL,
	name TEXT NOT NULL CHECK (name <> ''),
	name_key TEXT NOT NULL,
	address TEXT NOT NULL,
	code_blind BYTEA,
	status TEXT NOT NULL CHECK (status IN ('waiting', 'handed', 'blocked')),
	PRIMARY KEY (list_id, no),
	UNIQUE (list_id, subject_id)
);
CREATE INDEX goods_recipient_family ON goods_recipient (family_id);
CREATE INDEX goods_recipient_name ON goods_recipient (list_id, name_key);
CREATE TABLE goods_handover (
	id UUID PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	list_id UUID NOT NULL,
	no BIGINT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	receiver TEXT NOT NULL CHECK (receiver <> ''),
	relation TEXT NOT NULL CHECK (relation IN ('self', 'family', 'representative')),
	letter TEXT NOT NULL,
	latitude BIGINT,
	longitude BIGINT,
	photo_id UUID REFERENCES goods_proof (id),
	signature_id UUID REFERENCES goods_proof (id),
	note TEXT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	UNIQUE (list_id, no),
	FOREIGN KEY (list_id, no) REFERENCES goods_recipient (list_id, no),
	CONSTRAINT who_comes_for_another_brings_a_letter CHECK (relation <> 'representative' OR letter <> '')
);
CREATE TABLE goods_handed (
	handover_id UUID NOT NULL REFERENCES goods_handover (id),
	list_id UUID NOT NULL,
	item TEXT NOT NULL,
	lot TEXT NOT NULL,
	quantity BIGINT NOT NULL CHECK (quantity > 0),
	PRIMARY KEY (handover_id, item, lot),
	FOREIGN KEY (list_id, item, lot) REFERENCES goods_list_stock (list_id, item, lot)
);
CREATE INDEX goods_handed_lot ON goods_handed (item, lot);
CREATE TRIGGER goods_proof_no_delete BEFORE DELETE ON goods_proof
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_proof: nothing is removed');
CREATE TRIGGER goods_proof_no_update BEFORE UPDATE ON goods_proof
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_proof: nothing is changed');
CREATE TRIGGER goods_handover_no_delete BEFORE DELETE ON goods_handover
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_handover: nothing is removed');
CREATE TRIGGER goods_handover_no_update BEFORE UPDATE ON goods_handover
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_handover: nothing is changed');
CREATE TRIGGER goods_handed_no_delete BEFORE DELETE ON goods_handed
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_handed: nothing is removed');
CREATE TRIGGER goods_handed_no_update BEFORE UPDATE ON goods_handed
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_handed: nothing is changed');
CREATE TRIGGER goods_recipient_no_delete BEFORE DELETE ON goods_recipient
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_recipient: nothing is removed');
CREATE TRIGGER goods_list_no_delete BEFORE DELETE ON goods_list
	FOR EACH ROW
	EXECUTE FUNCTION refuse('goods_list: nothing is removed');
CREATE TRIGGER goods_list_moves BEFORE UPDATE OF status ON goods_list
	FOR EACH ROW
	WHEN (OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('draft>open', 'draft>cancelled', 'open>closed'))
	EXECUTE FUNCTION refuse('goods_list: a list does not move that way');
CREATE FUNCTION goods_list_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.status = 'closed' AND EXISTS (SELECT 1 FROM goods_list_stock s WHERE s.list_id = NEW.id AND s.handed + s.returned <> s.allotted) THEN
		RAISE EXCEPTION 'goods_list: what was allotted is handed over or returned';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_list_accounts BEFORE UPDATE OF status ON goods_list
	FOR EACH ROW
	EXECUTE FUNCTION goods_list_accounts();
CREATE FUNCTION goods_handover_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (SELECT status FROM goods_list WHERE id = NEW.list_id) <> 'open' THEN
		RAISE EXCEPTION 'goods_handover: the list is not open';
	END IF;
	IF (SELECT status FROM goods_recipient WHERE list_id = NEW.list_id AND no = NEW.no) <> 'waiting' THEN
		RAISE EXCEPTION 'goods_handover: not to whom is held back';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_handover_open BEFORE INSERT ON goods_handover
	FOR EACH ROW
	EXECUTE FUNCTION goods_handover_open();
CREATE FUNCTION goods_handed_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE goods_list_stock SET handed = handed + NEW.quantity WHERE list_id = NEW.list_id AND item = NEW.item AND lot = NEW.lot;
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_handed_counts AFTER INSERT ON goods_handed
	FOR EACH ROW
	EXECUTE FUNCTION goods_handed_counts();
CREATE FUNCTION goods_movement_lists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT (NEW.list_id IS NOT NULL) THEN
		RETURN NEW;
	END IF;
	INSERT INTO goods_list_stock (list_id, item, lot) VALUES (NEW.list_id, NEW.item, NEW.lot) ON CONFLICT (list_id, item, lot) DO NOTHING;
	UPDATE goods_list_stock SET allotted = allotted - NEW.quantity WHERE list_id = NEW.list_id AND item = NEW.item AND lot = NEW.lot AND NEW.kind = 'allot';
	UPDATE goods_list_stock SET returned = returned + NEW.quantity WHERE list_id = NEW.list_id AND item = NEW.item AND lot = NEW.lot AND NEW.kind = 'return';
	RETURN NEW;
END
$$;
CREATE TRIGGER goods_movement_lists AFTER INSERT ON goods_movement
	FOR EACH ROW
	EXECUTE FUNCTION goods_movement_lists();
