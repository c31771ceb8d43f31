CREATE TABLE identity_dismissal (
	family_id UUID NOT NULL,
	mark TEXT NOT NULL,
	subject UUID,
	dismissed_by TEXT NOT NULL,
	at BIGINT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (family_id, mark)
);

CREATE TABLE not_same (
	a UUID NOT NULL,
	b UUID NOT NULL,
	a_family UUID NOT NULL,
	b_family UUID NOT NULL,
	said_by TEXT NOT NULL,
	at BIGINT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (a, b)
);
