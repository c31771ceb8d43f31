CREATE TABLE authority_list (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	kind TEXT NOT NULL,
	file TEXT NOT NULL,
	origin TEXT NOT NULL,
	held_on TEXT NOT NULL,
	mapping TEXT NOT NULL,
	brought_by TEXT NOT NULL,
	brought_at INTEGER NOT NULL,
	data BLOB,
	done_at INTEGER NOT NULL DEFAULT 0,
	counts TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE INDEX authority_list_newest ON authority_list (brought_at);

CREATE TABLE authority_match (
	kind TEXT NOT NULL,
	person_id BLOB NOT NULL CHECK (length(person_id) = 16),
	fingerprint BLOB NOT NULL,
	id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
	list_id BLOB NOT NULL REFERENCES authority_list (id),
	family_id BLOB NOT NULL,
	area TEXT NOT NULL,
	row_no INTEGER NOT NULL,
	score INTEGER NOT NULL,
	probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 1000000),
	same INTEGER NOT NULL CHECK (same IN (0, 1)),
	pieces TEXT NOT NULL,
	entry BLOB NOT NULL,
	found_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'rejected')),
	decided_by TEXT NOT NULL,
	decided_at INTEGER NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (kind, person_id, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE INDEX authority_match_queue ON authority_match (list_id, status, score, id);
CREATE INDEX authority_match_person ON authority_match (person_id);
