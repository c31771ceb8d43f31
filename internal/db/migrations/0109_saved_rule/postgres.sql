CREATE TABLE saved_rule (
	id UUID PRIMARY KEY,
	name TEXT COLLATE "C" NOT NULL UNIQUE CHECK (name <> ''),
	rule TEXT NOT NULL CHECK (rule <> ''),
	created_at BIGINT NOT NULL,
	created_by TEXT NOT NULL
);
