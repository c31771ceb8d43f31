CREATE TABLE idempotency (
	actor TEXT NOT NULL,
	key TEXT COLLATE "C" NOT NULL CHECK (key <> ''),
	body BYTEA NOT NULL CHECK (length(body) = 32),
	answer BYTEA NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (actor, key)
);
CREATE TRIGGER idempotency_fixed BEFORE UPDATE OF actor, key, body, at ON idempotency
	FOR EACH ROW EXECUTE FUNCTION refuse('idempotency: this never changes');
CREATE TRIGGER idempotency_answered_once BEFORE UPDATE OF answer ON idempotency
	FOR EACH ROW WHEN (length(OLD.answer) > 0) EXECUTE FUNCTION refuse('idempotency: an answer stands');
