CREATE TABLE model_version (
	id UUID PRIMARY KEY,
	base TEXT NOT NULL,
	code TEXT NOT NULL,
	valid_from TEXT NOT NULL,
	base_digest TEXT NOT NULL,
	title TEXT NOT NULL CHECK (title <> ''),
	published TEXT NOT NULL,
	edit TEXT NOT NULL,
	text TEXT NOT NULL,
	digest TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('proposed', 'enacted', 'rejected')),
	proposed_at BIGINT NOT NULL,
	proposed_by TEXT NOT NULL,
	decided_at BIGINT,
	decided_by TEXT,
	note TEXT NOT NULL,
	CHECK ((decided_by IS NULL) = (state = 'proposed')),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX model_version_waiting ON model_version (base) WHERE state = 'proposed';
CREATE UNIQUE INDEX model_version_code ON model_version (code) WHERE state = 'enacted';
