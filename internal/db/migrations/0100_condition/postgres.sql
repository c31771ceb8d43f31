CREATE TABLE duty_facility (
	id UUID PRIMARY KEY,
	code TEXT NOT NULL CHECK (code <> ''),
	name TEXT NOT NULL CHECK (name <> ''),
	kind TEXT NOT NULL CHECK (kind IN ('school', 'health')),
	area TEXT COLLATE "C" NOT NULL CHECK (length(area) = 10),
	address TEXT NOT NULL,
	contact TEXT NOT NULL,
	closed SMALLINT NOT NULL CHECK (closed IN (0, 1)),
	UNIQUE (kind, code)
);
CREATE INDEX duty_facility_area ON duty_facility (area);
CREATE TABLE duty_place (
	person_id UUID NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('school', 'health')),
	family_id UUID NOT NULL,
	facility_id UUID NOT NULL REFERENCES duty_facility (id),
	area TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (person_id, kind)
);
CREATE TABLE duty (
	id UUID PRIMARY KEY,
	programme TEXT NOT NULL CHECK (programme <> ''),
	version TEXT NOT NULL CHECK (version <> ''),
	determination UUID NOT NULL,
	condition TEXT NOT NULL CHECK (condition <> ''),
	component TEXT NOT NULL CHECK (component <> ''),
	family_id UUID NOT NULL,
	person_id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL CHECK (area <> ''),
	since TEXT NOT NULL,
	due TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('school', 'health', 'home')),
	facility_id UUID REFERENCES duty_facility (id),
	at_least BIGINT,
	unit TEXT NOT NULL,
	status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'met', 'missed', 'excused')),
	measure BIGINT CHECK (measure >= 0),
	excuse TEXT NOT NULL DEFAULT '',
	note TEXT NOT NULL DEFAULT '',
	via TEXT NOT NULL DEFAULT '',
	actor TEXT,
	at BIGINT,
	steps BIGINT NOT NULL DEFAULT 0,
	CONSTRAINT excused_for_a_reason CHECK ((status = 'excused') = (excuse <> '')),
	CONSTRAINT said_by_somebody CHECK ((steps = 0) = (actor IS NULL) AND (actor IS NULL) = (at IS NULL)),
	CONSTRAINT window_is_one CHECK (since <= due),
	UNIQUE (programme, person_id, condition, since)
);
CREATE INDEX duty_family ON duty (family_id, due);
CREATE INDEX duty_month ON duty (due, area);
CREATE INDEX duty_facility_month ON duty (facility_id, due);
CREATE TABLE duty_event (
	duty_id UUID NOT NULL REFERENCES duty (id),
	no BIGINT NOT NULL,
	status TEXT NOT NULL,
	measure BIGINT,
	excuse TEXT NOT NULL,
	note TEXT NOT NULL,
	via TEXT NOT NULL CHECK (via <> ''),
	actor TEXT NOT NULL CHECK (actor <> ''),
	at BIGINT NOT NULL,
	PRIMARY KEY (duty_id, no)
);
CREATE TABLE duty_verification (
	family_id UUID NOT NULL,
	month TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	actor TEXT NOT NULL CHECK (actor <> ''),
	at BIGINT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (family_id, month)
);
CREATE INDEX duty_verification_month ON duty_verification (month, area);
CREATE TABLE duty_effect (
	id UUID PRIMARY KEY,
	programme TEXT NOT NULL,
	version TEXT NOT NULL,
	family_id UUID NOT NULL,
	person_id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	component TEXT NOT NULL,
	period TEXT NOT NULL,
	sanction TEXT NOT NULL CHECK (sanction IN ('warn', 'reduce', 'suspend')),
	percent BIGINT NOT NULL CHECK (percent BETWEEN 0 AND 100),
	misses TEXT NOT NULL CHECK (misses <> ''),
	status TEXT NOT NULL CHECK (status IN ('proposed', 'standing', 'upheld', 'withdrawn')),
	maker TEXT NOT NULL CHECK (maker <> ''),
	made_at BIGINT NOT NULL,
	letter UUID,
	noticed_by TEXT,
	noticed_at BIGINT,
	CONSTRAINT stands_after_its_letter CHECK (status IN ('proposed', 'withdrawn') OR (noticed_by IS NOT NULL AND noticed_at IS NOT NULL)),
	UNIQUE (programme, person_id, component, period)
);
CREATE INDEX duty_effect_family ON duty_effect (family_id);
CREATE INDEX duty_effect_period ON duty_effect (programme, period, area);
CREATE TABLE duty_appeal (
	id UUID PRIMARY KEY,
	effect_id UUID NOT NULL UNIQUE REFERENCES duty_effect (id),
	area TEXT COLLATE "C" NOT NULL,
	by_family SMALLINT NOT NULL CHECK (by_family IN (0, 1)),
	text TEXT NOT NULL,
	evidence TEXT NOT NULL,
	picture UUID,
	filer TEXT NOT NULL CHECK (filer <> ''),
	filed_at BIGINT NOT NULL,
	due TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('filed', 'upheld', 'rejected')),
	decider TEXT,
	decided_at BIGINT,
	why TEXT NOT NULL DEFAULT '',
	CONSTRAINT decided_by_another CHECK (decider IS NULL OR decider <> filer),
	CONSTRAINT decided_by_somebody CHECK ((status = 'filed') = (decider IS NULL) AND (decider IS NULL) = (decided_at IS NULL))
);
CREATE TABLE duty_group (
	id UUID PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	area TEXT COLLATE "C" NOT NULL CHECK (area <> ''),
	facilitator TEXT NOT NULL CHECK (facilitator <> '')
);
CREATE TABLE duty_member (
	family_id UUID PRIMARY KEY,
	group_id UUID NOT NULL REFERENCES duty_group (id),
	area TEXT COLLATE "C" NOT NULL
);
CREATE INDEX duty_member_group ON duty_member (group_id);
CREATE TABLE duty_session (
	id UUID PRIMARY KEY,
	group_id UUID NOT NULL REFERENCES duty_group (id),
	area TEXT COLLATE "C" NOT NULL,
	module TEXT NOT NULL,
	day TEXT NOT NULL,
	place TEXT NOT NULL CHECK (place <> ''),
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	UNIQUE (group_id, module, day)
);
CREATE TABLE duty_attendance (
	session_id UUID NOT NULL REFERENCES duty_session (id),
	family_id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	attend TEXT NOT NULL CHECK (attend IN ('present', 'absent', 'excused')),
	PRIMARY KEY (session_id, family_id)
);
CREATE INDEX duty_attendance_family ON duty_attendance (family_id);
CREATE TRIGGER duty_no_delete BEFORE DELETE ON duty
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty: nothing is removed');
CREATE TRIGGER duty_event_no_delete BEFORE DELETE ON duty_event
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty_event: nothing is removed');
CREATE TRIGGER duty_verification_no_delete BEFORE DELETE ON duty_verification
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty_verification: nothing is removed');
CREATE TRIGGER duty_effect_no_delete BEFORE DELETE ON duty_effect
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty_effect: nothing is removed');
CREATE TRIGGER duty_appeal_no_delete BEFORE DELETE ON duty_appeal
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty_appeal: nothing is removed');
CREATE TRIGGER duty_session_no_delete BEFORE DELETE ON duty_session
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty_session: nothing is removed');
CREATE TRIGGER duty_verification_no_update BEFORE UPDATE ON duty_verification
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty_verification: nothing is changed');
CREATE TRIGGER duty_event_fixed BEFORE UPDATE OF duty_id, no, status, measure, excuse, via, actor, at ON duty_event
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty_event: this never changes');
CREATE TRIGGER duty_event_note BEFORE UPDATE OF note ON duty_event
	FOR EACH ROW WHEN (NEW.note <> '')
	EXECUTE FUNCTION refuse('duty_event: a note is only forgotten');
CREATE TRIGGER duty_fixed BEFORE UPDATE OF id, programme, version, determination, condition, component, family_id, person_id, since, due, kind, at_least, unit ON duty
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty: this never changes');
CREATE TRIGGER duty_effect_fixed BEFORE UPDATE OF id, programme, version, family_id, person_id, component, period ON duty_effect
	FOR EACH ROW
	EXECUTE FUNCTION refuse('duty_effect: this never changes');
CREATE TRIGGER duty_effect_moves BEFORE UPDATE OF status ON duty_effect
	FOR EACH ROW WHEN (OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('proposed>standing', 'proposed>withdrawn', 'withdrawn>proposed', 'standing>upheld', 'standing>withdrawn'))
	EXECUTE FUNCTION refuse('duty_effect: an effect does not move that way');
CREATE TRIGGER duty_appeal_moves BEFORE UPDATE OF status ON duty_appeal
	FOR EACH ROW WHEN (OLD.status <> 'filed')
	EXECUTE FUNCTION refuse('duty_appeal: a decision stands');
