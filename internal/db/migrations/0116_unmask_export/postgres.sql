CREATE TABLE unmask_export (
	id UUID PRIMARY KEY,
	login TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL,
	until BIGINT NOT NULL CHECK (until > at),
	reason TEXT NOT NULL CHECK (reason <> ''),
	given_by TEXT NOT NULL,
	used_at BIGINT,
	CHECK (given_by <> login)
);

CREATE INDEX unmask_export_login ON unmask_export (login, until);
