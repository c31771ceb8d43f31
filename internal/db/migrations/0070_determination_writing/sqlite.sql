CREATE TABLE determination_writing (
	determination_id BLOB PRIMARY KEY REFERENCES determination (id),
	done INTEGER NOT NULL CHECK (done >= 0)
) STRICT, WITHOUT ROWID;
