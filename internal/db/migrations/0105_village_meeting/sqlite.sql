CREATE TABLE village_meeting (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL CHECK (length(area) = 10),
	held_on TEXT NOT NULL,
	minutes TEXT NOT NULL CHECK (minutes <> ''),
	participants INTEGER NOT NULL CHECK (participants > 0),
	women INTEGER NOT NULL CHECK (women BETWEEN 0 AND participants),
	families INTEGER NOT NULL CHECK (families > 1),
	note TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	withdrawn_by TEXT NOT NULL DEFAULT '',
	withdrawn_at INTEGER NOT NULL DEFAULT 0,
	reason TEXT NOT NULL DEFAULT '',
	CHECK ((withdrawn_by = '') = (withdrawn_at = 0) AND (withdrawn_by = '') = (reason = ''))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX village_meeting_once ON village_meeting (area, held_on, minutes) WHERE withdrawn_by = '';
CREATE INDEX village_meeting_held ON village_meeting (held_on, id);
CREATE TABLE village_place (
	meeting_id BLOB NOT NULL REFERENCES village_meeting (id),
	family_id BLOB NOT NULL CHECK (length(family_id) = 16),
	area TEXT NOT NULL,
	place INTEGER NOT NULL CHECK (place > 0),
	PRIMARY KEY (meeting_id, family_id)
) STRICT, WITHOUT ROWID;
