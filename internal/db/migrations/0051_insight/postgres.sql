CREATE TABLE insight_figure (
	measure TEXT NOT NULL,
	parent TEXT COLLATE "C" NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	part TEXT NOT NULL,
	split TEXT NOT NULL,
	n BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	PRIMARY KEY (measure, parent, area, part, split)
);
CREATE TABLE insight_source (
	measure TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	name TEXT NOT NULL,
	as_of TEXT NOT NULL,
	computed_at BIGINT NOT NULL,
	PRIMARY KEY (measure, area, name, as_of)
);
