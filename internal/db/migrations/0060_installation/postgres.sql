CREATE TABLE installation (
	one SMALLINT PRIMARY KEY CHECK (one = 1),
	keys TEXT NOT NULL
);
