CREATE TABLE survey_poverty (
	survey TEXT NOT NULL CHECK (survey <> ''),
	held_on TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	setting TEXT NOT NULL CHECK (setting IN ('', 'urban', 'rural')),
	households BIGINT NOT NULL CHECK (households > 0),
	p0 BIGINT NOT NULL CHECK (p0 BETWEEN 0 AND 1000000),
	p0_low BIGINT NOT NULL,
	p0_high BIGINT NOT NULL,
	p1 BIGINT NOT NULL,
	p2 BIGINT NOT NULL,
	extreme BIGINT NOT NULL CHECK (extreme BETWEEN 0 AND 1000000),
	recorded_by TEXT NOT NULL,
	recorded_at BIGINT NOT NULL,
	PRIMARY KEY (survey, held_on, area, setting),
	CHECK (p0_low <= p0 AND p0 <= p0_high)
);
