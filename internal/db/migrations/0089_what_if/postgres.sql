CREATE TABLE what_if (
	id UUID PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	determination_id UUID NOT NULL REFERENCES determination (id),
	question TEXT NOT NULL,
	answer TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	created_by TEXT NOT NULL
);
