CREATE TABLE shop (
	id BLOB PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	owner TEXT NOT NULL,
	area TEXT NOT NULL CHECK (area <> ''),
	address TEXT NOT NULL,
	edc TEXT NOT NULL,
	active INTEGER NOT NULL CHECK (active IN (0, 1)),
	actor TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX shop_area ON shop (area);
CREATE TABLE shop_check (
	id BLOB PRIMARY KEY,
	shop_id BLOB NOT NULL REFERENCES shop (id),
	area TEXT NOT NULL,
	day TEXT NOT NULL,
	edc_works INTEGER NOT NULL CHECK (edc_works IN (0, 1)),
	only_allowed INTEGER NOT NULL CHECK (only_allowed IN (0, 1)),
	package_forced INTEGER NOT NULL CHECK (package_forced IN (0, 1)),
	card_kept INTEGER NOT NULL CHECK (card_kept IN (0, 1)),
	note TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	UNIQUE (shop_id, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE shop_price (
	check_id BLOB NOT NULL REFERENCES shop_check (id),
	item TEXT NOT NULL,
	price INTEGER NOT NULL CHECK (price > 0),
	market INTEGER NOT NULL CHECK (market > 0),
	PRIMARY KEY (check_id, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE shop_finding (
	id BLOB PRIMARY KEY,
	check_id BLOB NOT NULL REFERENCES shop_check (id),
	shop_id BLOB NOT NULL REFERENCES shop (id),
	area TEXT NOT NULL,
	code TEXT NOT NULL CHECK (code IN ('price', 'forbidden_goods', 'edc', 'package', 'card_kept')),
	detail TEXT NOT NULL,
	due TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
	follow_up TEXT NOT NULL DEFAULT '',
	closer TEXT,
	closed_at INTEGER,
	CONSTRAINT closed_with_a_deed CHECK (status = 'open' OR (follow_up <> '' AND closer IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX shop_finding_area ON shop_finding (area, status);
CREATE TRIGGER shop_check_no_delete BEFORE DELETE ON shop_check
BEGIN
	SELECT RAISE(ABORT, 'shop_check: nothing is removed');
END;
CREATE TRIGGER shop_check_no_update BEFORE UPDATE ON shop_check
BEGIN
	SELECT RAISE(ABORT, 'shop_check: nothing is changed');
END;
CREATE TRIGGER shop_price_no_delete BEFORE DELETE ON shop_price
BEGIN
	SELECT RAISE(ABORT, 'shop_price: nothing is removed');
END;
CREATE TRIGGER shop_price_no_update BEFORE UPDATE ON shop_price
BEGIN
	SELECT RAISE(ABORT, 'shop_price: nothing is changed');
END;
