CREATE TABLE ranking (
	id UUID PRIMARY KEY,
	snapshot_id UUID NOT NULL REFERENCES snapshot (id),
	model TEXT NOT NULL,
	model_digest TEXT NOT NULL,
	as_of TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	summary TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	created_by TEXT NOT NULL
);
CREATE TABLE family_rank (
	family_id UUID NOT NULL,
	ranking_id UUID NOT NULL REFERENCES ranking (id),
	area TEXT COLLATE "C" NOT NULL,
	score BIGINT,
	decile SMALLINT CHECK (decile BETWEEN 1 AND 10),
	decile_region SMALLINT CHECK (decile_region BETWEEN 1 AND 10),
	PRIMARY KEY (family_id, ranking_id),
	CHECK ((score IS NULL) = (decile IS NULL) AND (score IS NULL) = (decile_region IS NULL))
);
