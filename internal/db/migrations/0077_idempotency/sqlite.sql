CREATE TABLE idempotency (
	actor TEXT NOT NULL,
	key TEXT NOT NULL CHECK (key <> ''),
	body BLOB NOT NULL CHECK (length(body) = 32),
	answer BLOB NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER idempotency_fixed BEFORE UPDATE OF actor, key, body, at ON idempotency
BEGIN
	SELECT RAISE(ABORT, 'idempotency: this never changes');
END;
CREATE TRIGGER idempotency_answered_once BEFORE UPDATE OF answer ON idempotency
	WHEN length(OLD.answer) > 0
BEGIN
	SELECT RAISE(ABORT, 'idempotency: an answer stands');
END;
