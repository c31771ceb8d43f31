CREATE TABLE village_meeting (
	id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL CHECK (length(area) = 10),
	held_on TEXT NOT NULL,
	minutes TEXT NOT NULL CHECK (minutes <> ''),
	participants BIGINT NOT NULL CHECK (participants > 0),
	women BIGINT NOT NULL CHECK (women BETWEEN 0 AND participants),
	families BIGINT NOT NULL CHECK (families > 1),
	note TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at BIGINT NOT NULL,
	withdrawn_by TEXT NOT NULL DEFAULT '',
	withdrawn_at BIGINT NOT NULL DEFAULT 0,
	reason TEXT NOT NULL DEFAULT '',
	CHECK ((withdrawn_by = '') = (withdrawn_at = 0) AND (withdrawn_by = '') = (reason = ''))
);
CREATE UNIQUE INDEX village_meeting_once ON village_meeting (area, held_on, minutes) WHERE withdrawn_by = '';
CREATE INDEX village_meeting_held ON village_meeting (held_on, id);
CREATE TABLE village_place (
	meeting_id UUID NOT NULL REFERENCES village_meeting (id),
	family_id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	place BIGINT NOT NULL CHECK (place > 0),
	PRIMARY KEY (meeting_id, family_id)
);
