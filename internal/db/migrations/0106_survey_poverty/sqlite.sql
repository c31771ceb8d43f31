CREATE TABLE survey_poverty (
	survey TEXT NOT NULL CHECK (survey <> ''),
	held_on TEXT NOT NULL,
	area TEXT NOT NULL,
	setting TEXT NOT NULL CHECK (setting IN ('', 'urban', 'rural')),
	households INTEGER NOT NULL CHECK (households > 0),
	p0 INTEGER NOT NULL CHECK (p0 BETWEEN 0 AND 1000000),
	p0_low INTEGER NOT NULL,
	p0_high INTEGER NOT NULL,
	p1 INTEGER NOT NULL,
	p2 INTEGER NOT NULL,
	extreme INTEGER NOT NULL CHECK (extreme BETWEEN 0 AND 1000000),
	recorded_by TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	PRIMARY KEY (survey, held_on, area, setting),
	CHECK (p0_low <= p0 AND p0 <= p0_high)
) STRICT, WITHOUT ROWID;
