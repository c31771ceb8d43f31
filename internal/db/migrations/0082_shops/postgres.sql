CREATE TABLE shop (
	id UUID PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	owner TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL CHECK (area <> ''),
	address TEXT NOT NULL,
	edc TEXT NOT NULL,
	active SMALLINT NOT NULL CHECK (active IN (0, 1)),
	actor TEXT NOT NULL,
	at BIGINT NOT NULL
);
CREATE INDEX shop_area ON shop (area);
CREATE TABLE shop_check (
	id UUID PRIMARY KEY,
	shop_id UUID NOT NULL REFERENCES shop (id),
	area TEXT COLLATE "C" NOT NULL,
	day TEXT NOT NULL,
	edc_works SMALLINT NOT NULL CHECK (edc_works IN (0, 1)),
	only_allowed SMALLINT NOT NULL CHECK (only_allowed IN (0, 1)),
	package_forced SMALLINT NOT NULL CHECK (package_forced IN (0, 1)),
	card_kept SMALLINT NOT NULL CHECK (card_kept IN (0, 1)),
	note TEXT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	UNIQUE (shop_id, day)
);
CREATE TABLE shop_price (
	check_id UUID NOT NULL REFERENCES shop_check (id),
	item TEXT NOT NULL,
	price BIGINT NOT NULL CHECK (price > 0),
	market BIGINT NOT NULL CHECK (market > 0),
	PRIMARY KEY (check_id, item)
);
CREATE TABLE shop_finding (
	id UUID PRIMARY KEY,
	check_id UUID NOT NULL REFERENCES shop_check (id),
	shop_id UUID NOT NULL REFERENCES shop (id),
	area TEXT COLLATE "C" NOT NULL,
	code TEXT NOT NULL CHECK (code IN ('price', 'forbidden_goods', 'edc', 'package', 'card_kept')),
	detail TEXT NOT NULL,
	due TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
	follow_up TEXT NOT NULL DEFAULT '',
	closer TEXT,
	closed_at BIGINT,
	CONSTRAINT closed_with_a_deed CHECK (status = 'open' OR (follow_up <> '' AND closer IS NOT NULL))
);
CREATE INDEX shop_finding_area ON shop_finding (area, status);
CREATE TRIGGER shop_check_no_delete BEFORE DELETE ON shop_check
	FOR EACH ROW
	EXECUTE FUNCTION refuse('shop_check: nothing is removed');
CREATE TRIGGER shop_check_no_update BEFORE UPDATE ON shop_check
	FOR EACH ROW
	EXECUTE FUNCTION refuse('shop_check: nothing is changed');
CREATE TRIGGER shop_price_no_delete BEFORE DELETE ON shop_price
	FOR EACH ROW
	EXECUTE FUNCTION refuse('shop_price: nothing is removed');
CREATE TRIGGER shop_price_no_update BEFORE UPDATE ON shop_price
	FOR EACH ROW
	EXECUTE FUNCTION refuse('shop_price: nothing is changed');
