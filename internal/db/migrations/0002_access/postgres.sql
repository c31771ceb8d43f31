CREATE TABLE staff (
	id uuid PRIMARY KEY,
	login TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	password TEXT NOT NULL,
	roles TEXT NOT NULL,
	scope TEXT NOT NULL,
	unit TEXT NOT NULL,
	active BIGINT NOT NULL CHECK (active IN (0, 1)),
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL
);
CREATE TABLE session (
	token BYTEA PRIMARY KEY,
	staff_id uuid NOT NULL REFERENCES staff (id),
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL
);
CREATE INDEX session_staff ON session (staff_id);
CREATE TABLE sign_in_attempt (
	login TEXT PRIMARY KEY,
	failures BIGINT NOT NULL,
	last_at BIGINT NOT NULL
);
