CREATE TABLE quality_day (
	day TEXT PRIMARY KEY,
	at INTEGER NOT NULL,
	turn INTEGER NOT NULL,
	families INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quality_figure (
	parent TEXT NOT NULL,
	day TEXT NOT NULL,
	area TEXT NOT NULL,
	measure TEXT NOT NULL,
	part TEXT NOT NULL,
	n INTEGER NOT NULL,
	of_all INTEGER NOT NULL,
	PRIMARY KEY (parent, day, area, measure, part)
) STRICT, WITHOUT ROWID;

CREATE INDEX quality_figure_day ON quality_figure (day);

CREATE TABLE quality_family (
	turn INTEGER NOT NULL,
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	issues INTEGER NOT NULL,
	known INTEGER NOT NULL CHECK (known BETWEEN 0 AND 1000),
	missing TEXT NOT NULL,
	warnings TEXT NOT NULL,
	programmes TEXT NOT NULL,
	step INTEGER NOT NULL,
	observed_on TEXT NOT NULL,
	PRIMARY KEY (turn, area, family_id)
) STRICT, WITHOUT ROWID;
