CREATE TABLE unmasking (
	id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL,
	family_id UUID NOT NULL,
	subject UUID NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('nik', 'kk', 'account')),
	login TEXT NOT NULL,
	at BIGINT NOT NULL,
	purpose TEXT NOT NULL,
	reason TEXT NOT NULL,
	namesake SMALLINT NOT NULL CHECK (namesake IN (0, 1))
);

CREATE INDEX unmasking_login ON unmasking (login, at);
CREATE INDEX unmasking_at ON unmasking (at);

CREATE TABLE unmask_lift (
	id UUID PRIMARY KEY,
	login TEXT NOT NULL,
	extra BIGINT NOT NULL CHECK (extra > 0),
	at BIGINT NOT NULL,
	until BIGINT NOT NULL CHECK (until > at),
	reason TEXT NOT NULL CHECK (reason <> ''),
	given_by TEXT NOT NULL,
	CHECK (given_by <> login)
);

CREATE INDEX unmask_lift_login ON unmask_lift (login, until);

CREATE INDEX audit_entry_many ON audit_entry (area, action, actor) WHERE subject = '';
