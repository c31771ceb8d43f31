CREATE TABLE determination_writing (
	determination_id UUID PRIMARY KEY REFERENCES determination (id),
	done BIGINT NOT NULL CHECK (done >= 0)
);
