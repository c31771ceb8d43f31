CREATE TABLE insight_figure (
	measure TEXT NOT NULL,
	parent TEXT NOT NULL,
	area TEXT NOT NULL,
	part TEXT NOT NULL,
	split TEXT NOT NULL,
	n INTEGER NOT NULL,
	amount INTEGER NOT NULL,
	PRIMARY KEY (measure, parent, area, part, split)
) STRICT, WITHOUT ROWID;
CREATE TABLE insight_source (
	measure TEXT NOT NULL,
	area TEXT NOT NULL,
	name TEXT NOT NULL,
	as_of TEXT NOT NULL,
	computed_at INTEGER NOT NULL,
	PRIMARY KEY (measure, area, name, as_of)
) STRICT, WITHOUT ROWID;
