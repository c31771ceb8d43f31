CREATE TABLE authority_list (
	id UUID PRIMARY KEY,
	kind TEXT NOT NULL,
	file TEXT NOT NULL,
	origin TEXT NOT NULL,
	held_on TEXT NOT NULL,
	mapping TEXT NOT NULL,
	brought_by TEXT NOT NULL,
	brought_at BIGINT NOT NULL,
	data BYTEA,
	done_at BIGINT NOT NULL DEFAULT 0,
	counts TEXT NOT NULL DEFAULT ''
);

CREATE INDEX authority_list_newest ON authority_list (brought_at);

CREATE TABLE authority_match (
	kind TEXT NOT NULL,
	person_id UUID NOT NULL,
	fingerprint BYTEA NOT NULL,
	id UUID NOT NULL UNIQUE,
	list_id UUID NOT NULL REFERENCES authority_list (id),
	family_id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	row_no INTEGER NOT NULL,
	score INTEGER NOT NULL,
	probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 1000000),
	same SMALLINT NOT NULL CHECK (same IN (0, 1)),
	pieces TEXT NOT NULL,
	entry BYTEA NOT NULL,
	found_at BIGINT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'rejected')),
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (kind, person_id, fingerprint)
);

CREATE INDEX authority_match_queue ON authority_match (list_id, status, score, id);
CREATE INDEX authority_match_person ON authority_match (person_id);
