CREATE TABLE quality_day (
	day TEXT PRIMARY KEY,
	at BIGINT NOT NULL,
	turn BIGINT NOT NULL,
	families BIGINT NOT NULL
);

CREATE TABLE quality_figure (
	parent TEXT COLLATE "C" NOT NULL,
	day TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	measure TEXT NOT NULL,
	part TEXT NOT NULL,
	n BIGINT NOT NULL,
	of_all BIGINT NOT NULL,
	PRIMARY KEY (parent, day, area, measure, part)
);

CREATE INDEX quality_figure_day ON quality_figure (day);

CREATE TABLE quality_family (
	turn BIGINT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	family_id UUID NOT NULL,
	issues BIGINT NOT NULL,
	known BIGINT NOT NULL CHECK (known BETWEEN 0 AND 1000),
	missing TEXT NOT NULL,
	warnings TEXT NOT NULL,
	programmes TEXT NOT NULL,
	step BIGINT NOT NULL,
	observed_on TEXT NOT NULL,
	PRIMARY KEY (turn, area, family_id)
);
