CREATE TABLE snapshot (
	id UUID PRIMARY KEY,
	as_of TEXT NOT NULL,
	scope TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	families BIGINT NOT NULL CHECK (families >= 0),
	members BIGINT NOT NULL CHECK (members >= 0),
	created_at BIGINT NOT NULL,
	created_by TEXT NOT NULL
);
CREATE INDEX snapshot_created ON snapshot (created_at);
