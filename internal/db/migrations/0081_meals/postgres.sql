CREATE TABLE meal_group (
	id UUID PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	area TEXT COLLATE "C" NOT NULL CHECK (area <> ''),
	leader TEXT NOT NULL CHECK (leader <> ''),
	bank TEXT NOT NULL,
	account_sealed BYTEA NOT NULL,
	account_masked TEXT NOT NULL,
	contract TEXT NOT NULL CHECK (contract <> ''),
	from_day TEXT NOT NULL,
	to_day TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'active', 'ended')),
	maker TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	approver TEXT,
	approved_at BIGINT,
	CONSTRAINT ends_after_it_begins CHECK (to_day >= from_day),
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR approver <> maker),
	CONSTRAINT approved_by_somebody CHECK (status <> 'active' OR approver IS NOT NULL)
);
CREATE INDEX meal_group_area ON meal_group (area);
CREATE TABLE meal_member (
	group_id UUID NOT NULL REFERENCES meal_group (id),
	no BIGINT NOT NULL CHECK (no > 0),
	name TEXT NOT NULL CHECK (name <> ''),
	task TEXT NOT NULL,
	PRIMARY KEY (group_id, no)
);
CREATE TABLE meal_client (
	id UUID PRIMARY KEY,
	group_id UUID NOT NULL REFERENCES meal_group (id),
	person_id UUID NOT NULL,
	family_id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	name TEXT NOT NULL CHECK (name <> ''),
	address TEXT NOT NULL,
	from_day TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('active', 'paused', 'stopped')),
	why TEXT NOT NULL DEFAULT '',
	since TEXT,
	replaces UUID REFERENCES meal_client (id),
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT says_why CHECK (status = 'active' OR (why <> '' AND since IS NOT NULL))
);
CREATE UNIQUE INDEX meal_client_once ON meal_client (person_id) WHERE status <> 'stopped';
CREATE UNIQUE INDEX meal_client_replaced_once ON meal_client (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX meal_client_group ON meal_client (group_id, status);
CREATE TABLE meal_delivery (
	client_id UUID NOT NULL REFERENCES meal_client (id),
	person_id UUID NOT NULL,
	day TEXT NOT NULL,
	group_id UUID NOT NULL REFERENCES meal_group (id),
	area TEXT COLLATE "C" NOT NULL,
	outcome TEXT NOT NULL CHECK (outcome IN ('delivered', 'not_home', 'hospital', 'moved', 'died', 'refused')),
	carrier TEXT NOT NULL CHECK (carrier <> ''),
	witness TEXT NOT NULL,
	photo_id UUID REFERENCES goods_proof (id),
	latitude BIGINT,
	longitude BIGINT,
	price BIGINT NOT NULL CHECK (price > 0),
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	batch UUID NOT NULL,
	PRIMARY KEY (person_id, day),
	CONSTRAINT a_delivery_is_proved CHECK (outcome <> 'delivered' OR photo_id IS NOT NULL OR (witness <> '' AND witness <> carrier))
);
CREATE INDEX meal_delivery_group ON meal_delivery (group_id, day);
CREATE TABLE meal_money (
	id UUID PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	group_id UUID NOT NULL REFERENCES meal_group (id),
	area TEXT COLLATE "C" NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('advance', 'expense', 'refund')),
	amount BIGINT NOT NULL CHECK (amount > 0),
	day TEXT NOT NULL,
	what TEXT NOT NULL,
	document TEXT NOT NULL CHECK (document <> ''),
	receipt_id UUID REFERENCES goods_proof (id),
	actor TEXT NOT NULL,
	at BIGINT NOT NULL
);
CREATE INDEX meal_money_group ON meal_money (group_id, day);
CREATE UNIQUE INDEX meal_money_document ON meal_money (group_id, kind, document);
CREATE TABLE meal_report (
	group_id UUID NOT NULL REFERENCES meal_group (id),
	month TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	days BIGINT NOT NULL,
	earned BIGINT NOT NULL,
	advanced BIGINT NOT NULL,
	spent BIGINT NOT NULL,
	refunded BIGINT NOT NULL,
	flags BIGINT NOT NULL,
	note TEXT NOT NULL,
	maker TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	approver TEXT,
	approved_at BIGINT,
	PRIMARY KEY (group_id, month),
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR approver <> maker)
);
CREATE TABLE meal_complaint (
	id UUID PRIMARY KEY,
	group_id UUID NOT NULL REFERENCES meal_group (id),
	client_id UUID REFERENCES meal_client (id),
	area TEXT COLLATE "C" NOT NULL,
	day TEXT NOT NULL,
	text TEXT NOT NULL CHECK (text <> ''),
	due TEXT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	answer TEXT NOT NULL DEFAULT '',
	answered_by TEXT,
	answered_at BIGINT
);
CREATE INDEX meal_complaint_group ON meal_complaint (group_id, at);
CREATE TRIGGER meal_delivery_no_delete BEFORE DELETE ON meal_delivery
	FOR EACH ROW
	EXECUTE FUNCTION refuse('meal_delivery: nothing is removed');
CREATE TRIGGER meal_delivery_no_update BEFORE UPDATE ON meal_delivery
	FOR EACH ROW
	EXECUTE FUNCTION refuse('meal_delivery: nothing is changed');
CREATE TRIGGER meal_money_no_delete BEFORE DELETE ON meal_money
	FOR EACH ROW
	EXECUTE FUNCTION refuse('meal_money: nothing is removed');
CREATE TRIGGER meal_money_no_update BEFORE UPDATE ON meal_money
	FOR EACH ROW
	EXECUTE FUNCTION refuse('meal_money: nothing is changed');
CREATE TRIGGER meal_client_no_delete BEFORE DELETE ON meal_client
	FOR EACH ROW
	EXECUTE FUNCTION refuse('meal_client: nothing is removed');
CREATE TRIGGER meal_report_no_delete BEFORE DELETE ON meal_report
	FOR EACH ROW
	EXECUTE FUNCTION refuse('meal_report: nothing is removed');
CREATE FUNCTION meal_delivery_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM meal_group g WHERE g.id = NEW.group_id AND g.status = 'active' AND NEW.day BETWEEN g.from_day AND g.to_day) THEN
		RAISE EXCEPTION 'meal_delivery: the group has no contract on this day';
	END IF;
	IF (SELECT status FROM meal_client WHERE id = NEW.client_id) = 'stopped' THEN
		RAISE EXCEPTION 'meal_delivery: nothing is carried to whom it has stopped for';
	END IF;
	IF EXISTS (SELECT 1 FROM meal_report r WHERE r.group_id = NEW.group_id AND r.month = substr(NEW.day, 1, 7)) THEN
		RAISE EXCEPTION 'meal_delivery: the month is accounted for';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER meal_delivery_in_force BEFORE INSERT ON meal_delivery
	FOR EACH ROW
	EXECUTE FUNCTION meal_delivery_in_force();
CREATE TRIGGER meal_report_once BEFORE UPDATE ON meal_report
	FOR EACH ROW
	WHEN (OLD.approver IS NOT NULL OR OLD.days <> NEW.days OR OLD.earned <> NEW.earned OR OLD.advanced <> NEW.advanced OR OLD.spent <> NEW.spent)
	EXECUTE FUNCTION refuse('meal_report: a report stands as it was made');
