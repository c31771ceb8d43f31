CREATE TABLE duty_facility (
	id BLOB PRIMARY KEY,
	code TEXT NOT NULL CHECK (code <> ''),
	name TEXT NOT NULL CHECK (name <> ''),
	kind TEXT NOT NULL CHECK (kind IN ('school', 'health')),
	area TEXT NOT NULL CHECK (length(area) = 10),
	address TEXT NOT NULL,
	contact TEXT NOT NULL,
	closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
	UNIQUE (kind, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_facility_area ON duty_facility (area);
CREATE TABLE duty_place (
	person_id BLOB NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('school', 'health')),
	family_id BLOB NOT NULL,
	facility_id BLOB NOT NULL REFERENCES duty_facility (id),
	area TEXT NOT NULL,
	PRIMARY KEY (person_id, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE duty (
	id BLOB PRIMARY KEY,
	programme TEXT NOT NULL CHECK (programme <> ''),
	version TEXT NOT NULL CHECK (version <> ''),
	determination BLOB NOT NULL,
	condition TEXT NOT NULL CHECK (condition <> ''),
	component TEXT NOT NULL CHECK (component <> ''),
	family_id BLOB NOT NULL,
	person_id BLOB NOT NULL,
	area TEXT NOT NULL CHECK (area <> ''),
	since TEXT NOT NULL,
	due TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('school', 'health', 'home')),
	facility_id BLOB REFERENCES duty_facility (id),
	at_least INTEGER,
	unit TEXT NOT NULL,
	status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'met', 'missed', 'excused')),
	measure INTEGER CHECK (measure >= 0),
	excuse TEXT NOT NULL DEFAULT '',
	note TEXT NOT NULL DEFAULT '',
	via TEXT NOT NULL DEFAULT '',
	actor TEXT,
	at INTEGER,
	steps INTEGER NOT NULL DEFAULT 0,
	CONSTRAINT excused_for_a_reason CHECK ((status = 'excused') = (excuse <> '')),
	CONSTRAINT said_by_somebody CHECK ((steps = 0) = (actor IS NULL) AND (actor IS NULL) = (at IS NULL)),
	CONSTRAINT window_is_one CHECK (since <= due),
	UNIQUE (programme, person_id, condition, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_family ON duty (family_id, due);
CREATE INDEX duty_month ON duty (due, area);
CREATE INDEX duty_facility_month ON duty (facility_id, due);
CREATE TABLE duty_event (
	duty_id BLOB NOT NULL REFERENCES duty (id),
	no INTEGER NOT NULL,
	status TEXT NOT NULL,
	measure INTEGER,
	excuse TEXT NOT NULL,
	note TEXT NOT NULL,
	via TEXT NOT NULL CHECK (via <> ''),
	actor TEXT NOT NULL CHECK (actor <> ''),
	at INTEGER NOT NULL,
	PRIMARY KEY (duty_id, no)
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_verification (
	family_id BLOB NOT NULL,
	month TEXT NOT NULL,
	area TEXT NOT NULL,
	actor TEXT NOT NULL CHECK (actor <> ''),
	at INTEGER NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (family_id, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_verification_month ON duty_verification (month, area);
CREATE TABLE duty_effect (
	id BLOB PRIMARY KEY,
	programme TEXT NOT NULL,
	version TEXT NOT NULL,
	family_id BLOB NOT NULL,
	person_id BLOB NOT NULL,
	area TEXT NOT NULL,
	component TEXT NOT NULL,
	period TEXT NOT NULL,
	sanction TEXT NOT NULL CHECK (sanction IN ('warn', 'reduce', 'suspend')),
	percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
	misses TEXT NOT NULL CHECK (misses <> ''),
	status TEXT NOT NULL CHECK (status IN ('proposed', 'standing', 'upheld', 'withdrawn')),
	maker TEXT NOT NULL CHECK (maker <> ''),
	made_at INTEGER NOT NULL,
	letter BLOB,
	noticed_by TEXT,
	noticed_at INTEGER,
	CONSTRAINT stands_after_its_letter CHECK (status IN ('proposed', 'withdrawn') OR (noticed_by IS NOT NULL AND noticed_at IS NOT NULL)),
	UNIQUE (programme, person_id, component, period)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_effect_family ON duty_effect (family_id);
CREATE INDEX duty_effect_period ON duty_effect (programme, period, area);
CREATE TABLE duty_appeal (
	id BLOB PRIMARY KEY,
	effect_id BLOB NOT NULL UNIQUE REFERENCES duty_effect (id),
	area TEXT NOT NULL,
	by_family INTEGER NOT NULL CHECK (by_family IN (0, 1)),
	text TEXT NOT NULL,
	evidence TEXT NOT NULL,
	picture BLOB,
	filer TEXT NOT NULL CHECK (filer <> ''),
	filed_at INTEGER NOT NULL,
	due TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('filed', 'upheld', 'rejected')),
	decider TEXT,
	decided_at INTEGER,
	why TEXT NOT NULL DEFAULT '',
	CONSTRAINT decided_by_another CHECK (decider IS NULL OR decider <> filer),
	CONSTRAINT decided_by_somebody CHECK ((status = 'filed') = (decider IS NULL) AND (decider IS NULL) = (decided_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_group (
	id BLOB PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	area TEXT NOT NULL CHECK (area <> ''),
	facilitator TEXT NOT NULL CHECK (facilitator <> '')
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_member (
	family_id BLOB PRIMARY KEY,
	group_id BLOB NOT NULL REFERENCES duty_group (id),
	area TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_member_group ON duty_member (group_id);
CREATE TABLE duty_session (
	id BLOB PRIMARY KEY,
	group_id BLOB NOT NULL REFERENCES duty_group (id),
	area TEXT NOT NULL,
	module TEXT NOT NULL,
	day TEXT NOT NULL,
	place TEXT NOT NULL CHECK (place <> ''),
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	UNIQUE (group_id, module, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_attendance (
	session_id BLOB NOT NULL REFERENCES duty_session (id),
	family_id BLOB NOT NULL,
	area TEXT NOT NULL,
	attend TEXT NOT NULL CHECK (attend IN ('present', 'absent', 'excused')),
	PRIMARY KEY (session_id, family_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_attendance_family ON duty_attendance (family_id);
CREATE TRIGGER duty_no_delete BEFORE DELETE ON duty
BEGIN
	SELECT RAISE(ABORT, 'duty: nothing is removed');
END;
CREATE TRIGGER duty_event_no_delete BEFORE DELETE ON duty_event
BEGIN
	SELECT RAISE(ABORT, 'duty_event: nothing is removed');
END;
CREATE TRIGGER duty_verification_no_delete BEFORE DELETE ON duty_verification
BEGIN
	SELECT RAISE(ABORT, 'duty_verification: nothing is removed');
END;
CREATE TRIGGER duty_effect_no_delete BEFORE DELETE ON duty_effect
BEGIN
	SELECT RAISE(ABORT, 'duty_effect: nothing is removed');
END;
CREATE TRIGGER duty_appeal_no_delete BEFORE DELETE ON duty_appeal
BEGIN
	SELECT RAISE(ABORT, 'duty_appeal: nothing is removed');
END;
CREATE TRIGGER duty_session_no_delete BEFORE DELETE ON duty_session
BEGIN
	SELECT RAISE(ABORT, 'duty_session: nothing is removed');
END;
CREATE TRIGGER duty_verification_no_update BEFORE UPDATE ON duty_verification
BEGIN
	SELECT RAISE(ABORT, 'duty_verification: nothing is changed');
END;
CREATE TRIGGER duty_event_fixed BEFORE UPDATE OF duty_id, no, status, measure, excuse, via, actor, at ON duty_event
BEGIN
	SELECT RAISE(ABORT, 'duty_event: this never changes');
END;
CREATE TRIGGER duty_event_note BEFORE UPDATE OF note ON duty_event
	WHEN NEW.note <> ''
BEGIN
	SELECT RAISE(ABORT, 'duty_event: a note is only forgotten');
END;
CREATE TRIGGER duty_fixed BEFORE UPDATE OF id, programme, version, determination, condition, component, family_id, person_id, since, due, kind, at_least, unit ON duty
BEGIN
	SELECT RAISE(ABORT, 'duty: this never changes');
END;
CREATE TRIGGER duty_effect_fixed BEFORE UPDATE OF id, programme, version, family_id, person_id, component, period ON duty_effect
BEGIN
	SELECT RAISE(ABORT, 'duty_effect: this never changes');
END;
CREATE TRIGGER duty_effect_moves BEFORE UPDATE OF status ON duty_effect
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('proposed>standing', 'proposed>withdrawn', 'withdrawn>proposed', 'standing>upheld', 'standing>withdrawn')
BEGIN
	SELECT RAISE(ABORT, 'duty_effect: an effect does not move that way');
END;
CREATE TRIGGER duty_appeal_moves BEFORE UPDATE OF status ON duty_appeal
	WHEN OLD.status <> 'filed'
BEGIN
	SELECT RAISE(ABORT, 'duty_appeal: a decision stands');
END;
