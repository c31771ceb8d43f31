-- The embedded database's schema after all migrations, to read. Written by `make generate`.

CREATE TABLE "account" (
	family_id BLOB NOT NULL,
	id BLOB NOT NULL CHECK (length(id) = 16),
	person_id BLOB NOT NULL,
	bank TEXT NOT NULL,
	number_sealed BLOB NOT NULL,
	number_blind BLOB NOT NULL,
	holder TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status = 'unchecked' OR status IN ('verified', 'rejected', 'closed')),
	PRIMARY KEY (family_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX account_number ON account (number_blind);

CREATE TABLE audit_checkpoint (
	size INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	root BLOB NOT NULL,
	signature BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN
	SELECT RAISE(ABORT, 'audit entries are never removed');
END;

CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN
	SELECT RAISE(ABORT, 'audit entries are never changed');
END;

CREATE TABLE audit_entry (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	area TEXT NOT NULL,
	record BLOB NOT NULL
) STRICT;

CREATE INDEX audit_entry_action ON audit_entry (action, seq);

CREATE INDEX audit_entry_actor ON audit_entry (actor, seq);

CREATE INDEX audit_entry_at ON audit_entry (at);

CREATE INDEX audit_entry_many ON audit_entry (area, action, actor) WHERE subject = '';

CREATE INDEX audit_entry_object ON audit_entry (area, action, actor) WHERE subject <> '';

CREATE INDEX audit_entry_several ON audit_entry (area) WHERE instr(area, ',') > 0;

CREATE INDEX audit_entry_subject ON audit_entry (subject, seq);

CREATE TABLE audit_hash (
	idx INTEGER PRIMARY KEY,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE audit_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	size INTEGER NOT NULL
, looks INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE authority_list (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	kind TEXT NOT NULL,
	file TEXT NOT NULL,
	origin TEXT NOT NULL,
	held_on TEXT NOT NULL,
	mapping TEXT NOT NULL,
	brought_by TEXT NOT NULL,
	brought_at INTEGER NOT NULL,
	done_at INTEGER NOT NULL DEFAULT 0,
	counts TEXT NOT NULL DEFAULT ''
, size INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE INDEX authority_list_newest ON authority_list (brought_at);

CREATE TABLE authority_list_part (
	list_id BLOB NOT NULL CHECK (length(list_id) = 16),
	no INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	kept_at INTEGER NOT NULL,
	PRIMARY KEY (list_id, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE authority_match (
	kind TEXT NOT NULL,
	person_id BLOB NOT NULL CHECK (length(person_id) = 16),
	fingerprint BLOB NOT NULL,
	id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
	list_id BLOB NOT NULL REFERENCES authority_list (id),
	family_id BLOB NOT NULL,
	area TEXT NOT NULL,
	row_no INTEGER NOT NULL,
	score INTEGER NOT NULL,
	probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 1000000),
	same INTEGER NOT NULL CHECK (same IN (0, 1)),
	pieces TEXT NOT NULL,
	entry BLOB NOT NULL,
	found_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'rejected')),
	decided_by TEXT NOT NULL,
	decided_at INTEGER NOT NULL,
	note TEXT NOT NULL, event_id BLOB CHECK (event_id IS NULL OR length(event_id) = 16), fact_before TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (kind, person_id, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE INDEX authority_match_person ON authority_match (person_id);

CREATE INDEX authority_match_queue ON authority_match (list_id, status, score, id);

CREATE TABLE backup_copy (
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	files INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	entries INTEGER NOT NULL
) STRICT;

CREATE TABLE breach (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	at INTEGER NOT NULL,
	due INTEGER NOT NULL CHECK (due > at),
	by_login TEXT NOT NULL,
	what BLOB NOT NULL,
	measure BLOB NOT NULL,
	suspect TEXT NOT NULL,
	from_at INTEGER,
	until_at INTEGER,
	agency_at INTEGER,
	receipt TEXT NOT NULL,
	closed_at INTEGER,
	CHECK ((agency_at IS NULL) = (receipt = '')),
	CHECK (closed_at IS NULL OR agency_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE TABLE breach_family (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	breach_id BLOB NOT NULL REFERENCES breach (id),
	family_id BLOB NOT NULL,
	area TEXT NOT NULL,
	told_at INTEGER,
	UNIQUE (breach_id, family_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX breach_family_area ON breach_family (breach_id, area);

CREATE INDEX breach_family_family ON breach_family (family_id);

CREATE TRIGGER carried_observation_no_delete BEFORE DELETE ON carried_observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never removed');
END;

CREATE TRIGGER carried_observation_no_update BEFORE UPDATE ON carried_observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never altered')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.family_id <> OLD.family_id OR NEW.version <> OLD.version OR NEW.subject <> OLD.subject
			OR NEW.no <> OLD.no OR NEW.source <> OLD.source OR NEW.observed_on <> OLD.observed_on OR NEW.recorded_at <> OLD.recorded_at;
END;

CREATE TABLE carried_observation (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL,
	subject BLOB NOT NULL,
	no INTEGER NOT NULL,
	source TEXT NOT NULL,
	observed_on TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	facts BLOB NOT NULL,
	PRIMARY KEY (family_id, version, subject, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE change_undone (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL,
	by_version INTEGER NOT NULL,
	PRIMARY KEY (family_id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER determination_decided BEFORE UPDATE ON determination
WHEN OLD.decided_by IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.content <> OLD.content
BEGIN
	SELECT RAISE(ABORT, 'a decided determination is never changed');
END;

CREATE TRIGGER determination_no_delete BEFORE DELETE ON determination
BEGIN
	SELECT RAISE(ABORT, 'determinations are never removed');
END;

CREATE TABLE determination (
	id BLOB PRIMARY KEY,
	snapshot_id BLOB NOT NULL REFERENCES snapshot (id),
	ranking_id BLOB NOT NULL REFERENCES ranking (id),
	state TEXT NOT NULL CHECK (state IN ('computed', 'proposed', 'enacted', 'rejected')),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	proposed_at INTEGER,
	proposed_by TEXT,
	decided_at INTEGER,
	decided_by TEXT,
	note TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	content TEXT NOT NULL,
	CHECK ((proposed_by IS NULL) = (state = 'computed')),
	CHECK ((decided_by IS NULL) = (state IN ('computed', 'proposed'))),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX determination_enacted ON determination (state, decided_at);

CREATE TABLE determination_writing (
	determination_id BLOB PRIMARY KEY REFERENCES determination (id),
	done INTEGER NOT NULL CHECK (done >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE disposal (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	class TEXT NOT NULL CHECK (class IN ('family', 'person', 'request', 'letter', 'picture')),
	area TEXT NOT NULL,
	as_of TEXT NOT NULL,
	rule_from TEXT NOT NULL,
	years INTEGER NOT NULL CHECK (years > 0),
	status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'rejected', 'done')),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at INTEGER,
	note TEXT NOT NULL,
	done_at INTEGER,
	CHECK ((status = 'waiting') = (decided_at IS NULL)),
	CHECK (decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX disposal_area ON disposal (area, proposed_at);

CREATE TABLE disposal_item (
	disposal_id BLOB NOT NULL REFERENCES disposal (id),
	no INTEGER NOT NULL,
	class TEXT NOT NULL,
	subject BLOB NOT NULL,
	family_id BLOB NOT NULL,
	area TEXT NOT NULL,
	since TEXT NOT NULL,
	until TEXT NOT NULL,
	fate TEXT NOT NULL CHECK (fate IN ('due', 'held', 'destroyed')),
	reason TEXT NOT NULL,
	PRIMARY KEY (disposal_id, no),
	CHECK ((fate = 'held') = (reason <> ''))
) STRICT, WITHOUT ROWID;

CREATE INDEX disposal_item_class ON disposal_item (class, area, subject);

CREATE TABLE duplicate_pair (
	left_id BLOB NOT NULL CHECK (length(left_id) = 16),
	right_id BLOB NOT NULL CHECK (length(right_id) = 16),
	id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
	left_family BLOB NOT NULL,
	right_family BLOB NOT NULL,
	left_area TEXT NOT NULL,
	right_area TEXT NOT NULL,
	score INTEGER NOT NULL,
	probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 1000000),
	same INTEGER NOT NULL CHECK (same IN (0, 1)),
	pieces TEXT NOT NULL,
	found_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'confirmed', 'rejected', 'settled')),
	dropped BLOB CHECK (dropped IS NULL OR dropped = left_id OR dropped = right_id),
	decided_by TEXT NOT NULL,
	decided_at INTEGER NOT NULL,
	note TEXT NOT NULL,
	settled_by BLOB, left_aid INTEGER NOT NULL DEFAULT 0 CHECK (left_aid >= 0), right_aid INTEGER NOT NULL DEFAULT 0 CHECK (right_aid >= 0),
	PRIMARY KEY (left_id, right_id),
	CHECK (left_id < right_id),
	CHECK ((status = 'confirmed') = (dropped IS NOT NULL)),
	CHECK ((status = 'settled') = (settled_by IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX duplicate_pair_desk ON duplicate_pair (status, score, id);

CREATE INDEX duplicate_pair_right ON duplicate_pair (right_id);

CREATE INDEX duplicate_pair_settled ON duplicate_pair (settled_by) WHERE settled_by IS NOT NULL;

CREATE TRIGGER duty_fixed BEFORE UPDATE OF id, programme, version, determination, condition, component, family_id, person_id, since, due, kind, at_least, unit ON duty
BEGIN
	SELECT RAISE(ABORT, 'duty: this never changes');
END;

CREATE TRIGGER duty_no_delete BEFORE DELETE ON duty
BEGIN
	SELECT RAISE(ABORT, 'duty: nothing is removed');
END;

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

CREATE INDEX duty_facility_month ON duty (facility_id, due);

CREATE INDEX duty_family ON duty (family_id, due);

CREATE INDEX duty_month ON duty (due, area);

CREATE TRIGGER duty_appeal_moves BEFORE UPDATE OF status ON duty_appeal
	WHEN OLD.status <> 'filed'
BEGIN
	SELECT RAISE(ABORT, 'duty_appeal: a decision stands');
END;

CREATE TRIGGER duty_appeal_no_delete BEFORE DELETE ON duty_appeal
BEGIN
	SELECT RAISE(ABORT, 'duty_appeal: nothing is removed');
END;

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

CREATE TABLE duty_attendance (
	session_id BLOB NOT NULL REFERENCES duty_session (id),
	family_id BLOB NOT NULL,
	area TEXT NOT NULL,
	attend TEXT NOT NULL CHECK (attend IN ('present', 'absent', 'excused')),
	PRIMARY KEY (session_id, family_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX duty_attendance_family ON duty_attendance (family_id);

CREATE TRIGGER duty_effect_fixed BEFORE UPDATE OF id, programme, version, family_id, person_id, component, period ON duty_effect
BEGIN
	SELECT RAISE(ABORT, 'duty_effect: this never changes');
END;

CREATE TRIGGER duty_effect_moves BEFORE UPDATE OF status ON duty_effect
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('proposed>standing', 'proposed>withdrawn', 'withdrawn>proposed', 'standing>upheld', 'standing>withdrawn')
BEGIN
	SELECT RAISE(ABORT, 'duty_effect: an effect does not move that way');
END;

CREATE TRIGGER duty_effect_no_delete BEFORE DELETE ON duty_effect
BEGIN
	SELECT RAISE(ABORT, 'duty_effect: nothing is removed');
END;

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

CREATE TRIGGER duty_event_fixed BEFORE UPDATE OF duty_id, no, status, measure, excuse, via, actor, at ON duty_event
BEGIN
	SELECT RAISE(ABORT, 'duty_event: this never changes');
END;

CREATE TRIGGER duty_event_no_delete BEFORE DELETE ON duty_event
BEGIN
	SELECT RAISE(ABORT, 'duty_event: nothing is removed');
END;

CREATE TRIGGER duty_event_note BEFORE UPDATE OF note ON duty_event
	WHEN NEW.note <> ''
BEGIN
	SELECT RAISE(ABORT, 'duty_event: a note is only forgotten');
END;

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

CREATE TABLE duty_place (
	person_id BLOB NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('school', 'health')),
	family_id BLOB NOT NULL,
	facility_id BLOB NOT NULL REFERENCES duty_facility (id),
	area TEXT NOT NULL,
	PRIMARY KEY (person_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER duty_session_no_delete BEFORE DELETE ON duty_session
BEGIN
	SELECT RAISE(ABORT, 'duty_session: nothing is removed');
END;

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

CREATE TRIGGER duty_verification_no_delete BEFORE DELETE ON duty_verification
BEGIN
	SELECT RAISE(ABORT, 'duty_verification: nothing is removed');
END;

CREATE TRIGGER duty_verification_no_update BEFORE UPDATE ON duty_verification
BEGIN
	SELECT RAISE(ABORT, 'duty_verification: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.family_id <> OLD.family_id OR NEW.month <> OLD.month OR NEW.area <> OLD.area OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at;
END;

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

CREATE TABLE erased_subject (
	subject BLOB PRIMARY KEY CHECK (length(subject) = 16),
	event BLOB NOT NULL CHECK (length(event) = 16),
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE erasing (
	id BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TRIGGER family_first_version BEFORE UPDATE ON family
WHEN OLD.origin IS NOT NULL AND NOT EXISTS (SELECT 1 FROM family_change c WHERE c.family_id = OLD.id AND c.version = 1)
BEGIN
	SELECT RAISE(ABORT, 'the first version of a family is written out before it changes');
END;

CREATE TRIGGER family_first_version_stays BEFORE DELETE ON family
WHEN OLD.origin IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'the first version of a family is written out before it changes');
END;

CREATE TABLE "family" (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL CHECK (length(area) = 10),
	local_key TEXT NOT NULL,
	kk_sealed BLOB,
	kk_blind BLOB CHECK (length(kk_blind) = 16),
	address TEXT NOT NULL,
	rt TEXT NOT NULL,
	rw TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status = 'active' OR status IN ('dormant', 'moved', 'duplicate', 'dissolved')),
	head_name TEXT NOT NULL,
	size INTEGER NOT NULL,
	facts BLOB NOT NULL,
	observed_on TEXT NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0), origin BLOB,
	CHECK ((kk_sealed IS NULL) = (kk_blind IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX family_area ON family (area, id);

CREATE INDEX family_card ON family (kk_blind) WHERE kk_blind IS NOT NULL;

CREATE INDEX family_local_key ON family (local_key);

CREATE TRIGGER family_change_no_delete BEFORE DELETE ON family_change
BEGIN
	SELECT RAISE(ABORT, 'changes are never removed');
END;

CREATE TRIGGER family_change_no_update BEFORE UPDATE ON family_change
BEGIN
	SELECT RAISE(ABORT, 'changes are never altered')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.family_id <> OLD.family_id OR NEW.version <> OLD.version OR NEW.kind <> OLD.kind
			OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_at <> OLD.proposed_at
			OR NEW.approved_by <> OLD.approved_by OR NEW.approved_at <> OLD.approved_at
			OR NEW.effective_on <> OLD.effective_on OR NEW.recorded_at <> OLD.recorded_at;
END;

CREATE TABLE family_change (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0),
	kind TEXT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	evidence TEXT NOT NULL,
	reason TEXT NOT NULL,
	approved_by TEXT NOT NULL,
	approved_at INTEGER NOT NULL,
	effective_on TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (family_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE family_event (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	kind TEXT NOT NULL,
	area TEXT NOT NULL,
	area_to TEXT NOT NULL,
	family_id BLOB NOT NULL,
	person_id BLOB,
	other_id BLOB,
	effective_on TEXT NOT NULL,
	evidence TEXT NOT NULL,
	note TEXT NOT NULL,
	request BLOB NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'recorded', 'rejected', 'closed', 'undone')),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at INTEGER NOT NULL,
	decision TEXT NOT NULL,
	changes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX family_event_family ON family_event (family_id, id);

CREATE INDEX family_event_waiting ON family_event (status, area, id);

CREATE TABLE family_rank (
	family_id BLOB NOT NULL CHECK (length(family_id) = 16),
	ranking_id BLOB NOT NULL REFERENCES ranking (id),
	area TEXT NOT NULL,
	score INTEGER,
	decile INTEGER CHECK (decile BETWEEN 1 AND 10),
	decile_region INTEGER CHECK (decile_region BETWEEN 1 AND 10),
	PRIMARY KEY (family_id, ranking_id),
	CHECK ((score IS NULL) = (decile IS NULL) AND (score IS NULL) = (decile_region IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER goods_adjustment_once BEFORE UPDATE ON goods_adjustment
	WHEN OLD.status <> 'proposed' OR OLD.quantity <> NEW.quantity OR OLD.proposer <> NEW.proposer
BEGIN
	SELECT RAISE(ABORT, 'goods_adjustment: decided once, as proposed');
END;

CREATE TABLE goods_adjustment (
	id BLOB PRIMARY KEY,
	depot_id BLOB NOT NULL REFERENCES goods_depot (id),
	area TEXT NOT NULL,
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('adjust', 'loss', 'expiry')),
	quantity INTEGER NOT NULL CHECK (quantity <> 0),
	expected INTEGER NOT NULL,
	reason TEXT NOT NULL CHECK (reason <> ''),
	proposer TEXT NOT NULL,
	at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'refused')),
	approver TEXT,
	decided_at INTEGER,
	CONSTRAINT losses_take_away CHECK (kind = 'adjust' OR quantity < 0),
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR approver <> proposer),
	CONSTRAINT decided_by_somebody CHECK ((status = 'proposed') = (approver IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_adjustment_area ON goods_adjustment (area, status);

CREATE TABLE goods_balance (
	depot_id BLOB NOT NULL REFERENCES goods_depot (id),
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL,
	serial INTEGER NOT NULL,
	quantity INTEGER NOT NULL CHECK (quantity >= 0),
	PRIMARY KEY (depot_id, item, lot),
	CONSTRAINT a_numbered_thing_is_one CHECK (serial = 0 OR quantity <= 1)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX goods_serial_in_one_place ON goods_balance (item, lot) WHERE serial = 1 AND quantity > 0;

CREATE TABLE goods_depot (
	id BLOB PRIMARY KEY,
	code TEXT NOT NULL UNIQUE CHECK (code <> ''),
	name TEXT NOT NULL CHECK (name <> ''),
	kind TEXT NOT NULL CHECK (kind IN ('lumbung', 'centre', 'warehouse')),
	area TEXT NOT NULL CHECK (area <> ''),
	keeper TEXT NOT NULL CHECK (keeper <> ''),
	place TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_depot_area ON goods_depot (area);

CREATE TABLE goods_emergency (
	id BLOB PRIMARY KEY,
	decree TEXT NOT NULL UNIQUE CHECK (decree <> ''),
	signed_by TEXT NOT NULL CHECK (signed_by <> ''),
	cause TEXT NOT NULL CHECK (cause <> ''),
	area TEXT NOT NULL CHECK (area <> ''),
	from_day TEXT NOT NULL,
	to_day TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	report TEXT NOT NULL DEFAULT '',
	reporter TEXT,
	reported_at INTEGER,
	CONSTRAINT ends_after_it_begins CHECK (to_day >= from_day),
	CONSTRAINT reported_by_somebody CHECK ((reported_at IS NULL) = (reporter IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER goods_handed_counts AFTER INSERT ON goods_handed
BEGIN
	UPDATE goods_list_stock SET handed = handed + NEW.quantity WHERE list_id = NEW.list_id AND item = NEW.item AND lot = NEW.lot;
END;

CREATE TRIGGER goods_handed_no_delete BEFORE DELETE ON goods_handed
BEGIN
	SELECT RAISE(ABORT, 'goods_handed: nothing is removed');
END;

CREATE TRIGGER goods_handed_no_update BEFORE UPDATE ON goods_handed
BEGIN
	SELECT RAISE(ABORT, 'goods_handed: nothing is changed');
END;

CREATE TABLE goods_handed (
	handover_id BLOB NOT NULL REFERENCES goods_handover (id),
	list_id BLOB NOT NULL,
	item TEXT NOT NULL,
	lot TEXT NOT NULL,
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	PRIMARY KEY (handover_id, item, lot),
	FOREIGN KEY (list_id, item, lot) REFERENCES goods_list_stock (list_id, item, lot)
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_handed_lot ON goods_handed (item, lot);

CREATE TRIGGER goods_handover_no_delete BEFORE DELETE ON goods_handover
BEGIN
	SELECT RAISE(ABORT, 'goods_handover: nothing is removed');
END;

CREATE TRIGGER goods_handover_no_update BEFORE UPDATE ON goods_handover
BEGIN
	SELECT RAISE(ABORT, 'goods_handover: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN goods_recipient r ON r.family_id = e.id
				WHERE r.list_id = OLD.list_id AND r.no = OLD.no)
			OR NEW.id <> OLD.id OR NEW.list_id <> OLD.list_id OR NEW.no <> OLD.no OR NEW.area <> OLD.area
			OR NEW.relation <> OLD.relation OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at;
END;

CREATE TRIGGER goods_handover_open BEFORE INSERT ON goods_handover
BEGIN
	SELECT RAISE(ABORT, 'goods_handover: the list is not open')
		WHERE (SELECT status FROM goods_list WHERE id = NEW.list_id) <> 'open';
	SELECT RAISE(ABORT, 'goods_handover: not to whom is held back')
		WHERE (SELECT status FROM goods_recipient WHERE list_id = NEW.list_id AND no = NEW.no) <> 'waiting';
END;

CREATE TRIGGER goods_handover_proved BEFORE INSERT ON goods_handover
BEGIN
	SELECT RAISE(ABORT, 'goods_handover: neither photo nor signature')
		WHERE NEW.photo_id IS NULL AND NEW.signature_id IS NULL;
END;

CREATE TABLE goods_handover (
	id BLOB PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	list_id BLOB NOT NULL,
	no INTEGER NOT NULL,
	area TEXT NOT NULL,
	receiver TEXT NOT NULL CHECK (receiver <> ''),
	relation TEXT NOT NULL CHECK (relation IN ('self', 'family', 'representative')),
	letter TEXT NOT NULL,
	latitude INTEGER,
	longitude INTEGER,
	photo_id BLOB REFERENCES goods_proof (id),
	signature_id BLOB REFERENCES goods_proof (id),
	note TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	UNIQUE (list_id, no),
	FOREIGN KEY (list_id, no) REFERENCES goods_recipient (list_id, no),
	CONSTRAINT who_comes_for_another_brings_a_letter CHECK (relation <> 'representative' OR letter <> '')
) STRICT, WITHOUT ROWID;

CREATE TRIGGER goods_item_fixed BEFORE UPDATE OF code, tracking, expires, unit ON goods_item
BEGIN
	SELECT RAISE(ABORT, 'goods_item: this never changes');
END;

CREATE TABLE goods_item (
	code TEXT PRIMARY KEY CHECK (code <> ''),
	name TEXT NOT NULL CHECK (name <> ''),
	kind TEXT NOT NULL CHECK (kind IN ('food', 'clothing', 'shelter', 'device', 'vehicle', 'livestock', 'other')),
	unit TEXT NOT NULL CHECK (unit <> ''),
	tracking TEXT NOT NULL CHECK (tracking IN ('bulk', 'lot', 'serial')),
	expires INTEGER NOT NULL CHECK (expires IN (0, 1)),
	spec TEXT NOT NULL,
	value INTEGER NOT NULL CHECK (value >= 0),
	CONSTRAINT expiry_needs_lots CHECK (expires = 0 OR tracking = 'lot')
) STRICT, WITHOUT ROWID;

CREATE TRIGGER goods_list_accounts BEFORE UPDATE OF status ON goods_list
BEGIN
	SELECT RAISE(ABORT, 'goods_list: what was allotted is handed over or returned')
		WHERE NEW.status = 'closed' AND EXISTS (SELECT 1 FROM goods_list_stock s WHERE s.list_id = NEW.id AND s.handed + s.returned <> s.allotted);
END;

CREATE TRIGGER goods_list_moves BEFORE UPDATE OF status ON goods_list
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('draft>open', 'draft>cancelled', 'open>closed')
BEGIN
	SELECT RAISE(ABORT, 'goods_list: a list does not move that way');
END;

CREATE TRIGGER goods_list_no_delete BEFORE DELETE ON goods_list
BEGIN
	SELECT RAISE(ABORT, 'goods_list: nothing is removed');
END;

CREATE TABLE goods_list (
	id BLOB PRIMARY KEY,
	number TEXT NOT NULL UNIQUE CHECK (number <> ''),
	title TEXT NOT NULL CHECK (title <> ''),
	programme TEXT NOT NULL,
	determination BLOB,
	release_id BLOB REFERENCES goods_release (id),
	depot_id BLOB NOT NULL REFERENCES goods_depot (id),
	depot_area TEXT NOT NULL,
	area TEXT NOT NULL CHECK (area <> ''),
	day TEXT NOT NULL,
	place TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('draft', 'open', 'closed', 'cancelled')),
	maker TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	opener TEXT,
	opened_at INTEGER,
	closer TEXT,
	closed_at INTEGER,
	CONSTRAINT opener_is_another CHECK (opener IS NULL OR opener <> maker),
	CONSTRAINT opened_by_somebody CHECK (status IN ('draft', 'cancelled') OR opener IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_list_area ON goods_list (area, made_at);

CREATE TABLE goods_list_item (
	list_id BLOB NOT NULL REFERENCES goods_list (id),
	item TEXT NOT NULL REFERENCES goods_item (code),
	each INTEGER NOT NULL CHECK (each > 0),
	PRIMARY KEY (list_id, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE goods_list_stock (
	list_id BLOB NOT NULL REFERENCES goods_list (id),
	item TEXT NOT NULL,
	lot TEXT NOT NULL,
	allotted INTEGER NOT NULL DEFAULT 0,
	handed INTEGER NOT NULL DEFAULT 0 CHECK (handed >= 0),
	returned INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
	PRIMARY KEY (list_id, item, lot),
	CONSTRAINT no_more_than_allotted CHECK (handed + returned <= allotted)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER goods_lot_no_delete BEFORE DELETE ON goods_lot
BEGIN
	SELECT RAISE(ABORT, 'goods_lot: nothing is removed');
END;

CREATE TABLE goods_lot (
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL CHECK (lot <> ''),
	serial INTEGER NOT NULL CHECK (serial IN (0, 1)),
	expires TEXT,
	size TEXT NOT NULL,
	health TEXT NOT NULL,
	source TEXT NOT NULL CHECK (source IN ('purchase', 'workshop', 'donation')),
	maker TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (item, lot)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER goods_maintenance_no_delete BEFORE DELETE ON goods_maintenance
BEGIN
	SELECT RAISE(ABORT, 'goods_maintenance: nothing is removed');
END;

CREATE TRIGGER goods_maintenance_no_update BEFORE UPDATE ON goods_maintenance
BEGIN
	SELECT RAISE(ABORT, 'goods_maintenance: nothing is changed');
END;

CREATE TABLE goods_maintenance (
	id BLOB PRIMARY KEY,
	item TEXT NOT NULL,
	lot TEXT NOT NULL,
	area TEXT NOT NULL,
	day TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('inspection', 'repair', 'fitting', 'health', 'condemned')),
	note TEXT NOT NULL CHECK (note <> ''),
	cost INTEGER NOT NULL CHECK (cost >= 0),
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	FOREIGN KEY (item, lot) REFERENCES goods_lot (item, lot)
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_maintenance_unit ON goods_maintenance (item, lot);

CREATE TRIGGER goods_movement_allowed BEFORE INSERT ON goods_movement
BEGIN
	SELECT RAISE(ABORT, 'goods_movement: this store opens only in a declared emergency')
		WHERE NEW.kind = 'issue' AND (SELECT kind FROM goods_depot WHERE id = NEW.depot_id) = 'lumbung'
			AND NOT EXISTS (SELECT 1 FROM goods_release r JOIN goods_emergency e ON e.id = r.emergency_id
				WHERE r.id = NEW.release_id AND r.depot_id = NEW.depot_id AND NEW.day BETWEEN e.from_day AND e.to_day);
	SELECT RAISE(ABORT, 'goods_movement: not as two people decided')
		WHERE NEW.adjustment_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM goods_adjustment a WHERE a.id = NEW.adjustment_id AND a.status = 'approved'
			AND a.depot_id = NEW.depot_id AND a.item = NEW.item AND a.lot = NEW.lot AND a.kind = NEW.kind AND a.quantity = NEW.quantity
			AND a.proposer = NEW.actor AND a.approver = NEW.approver);
	SELECT RAISE(ABORT, 'goods_movement: not what is on its way')
		WHERE NEW.transfer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM goods_transfer t WHERE t.id = NEW.transfer_id AND t.item = NEW.item AND t.lot = NEW.lot
			AND ((NEW.kind = 'transfer_out' AND t.from_id = NEW.depot_id AND t.planned = -NEW.quantity AND t.sent = 0)
				OR (NEW.kind = 'transfer_in' AND t.to_id = NEW.depot_id AND t.sent > 0)));
	SELECT RAISE(ABORT, 'goods_movement: what is counted by lot or number says which')
		WHERE ((SELECT tracking FROM goods_item WHERE code = NEW.item) = 'bulk') <> (NEW.lot = '');
END;

CREATE TRIGGER goods_movement_closed_roads BEFORE INSERT ON goods_movement
BEGIN
	SELECT RAISE(ABORT, 'goods_movement: this store opens only in a declared emergency')
		WHERE NEW.kind = 'allot' AND (SELECT kind FROM goods_depot WHERE id = NEW.depot_id) = 'lumbung'
			AND NOT EXISTS (SELECT 1 FROM goods_release r JOIN goods_emergency e ON e.id = r.emergency_id
				WHERE r.id = NEW.release_id AND r.depot_id = NEW.depot_id AND NEW.day BETWEEN e.from_day AND e.to_day);
	SELECT RAISE(ABORT, 'goods_movement: this store sends nothing elsewhere')
		WHERE NEW.kind = 'transfer_out' AND (SELECT kind FROM goods_depot WHERE id = NEW.depot_id) = 'lumbung';
	SELECT RAISE(ABORT, 'goods_movement: this number came in before')
		WHERE NEW.kind = 'receive' AND (SELECT tracking FROM goods_item WHERE code = NEW.item) = 'serial'
			AND EXISTS (SELECT 1 FROM goods_movement m WHERE m.item = NEW.item AND m.lot = NEW.lot AND m.kind = 'receive');
END;

CREATE TRIGGER goods_movement_counts AFTER INSERT ON goods_movement
BEGIN
	INSERT INTO goods_balance (depot_id, item, lot, serial, quantity)
		VALUES (NEW.depot_id, NEW.item, NEW.lot, (SELECT CASE WHEN tracking = 'serial' THEN 1 ELSE 0 END FROM goods_item WHERE code = NEW.item), 0)
		ON CONFLICT (depot_id, item, lot) DO NOTHING;
	UPDATE goods_balance SET quantity = quantity + NEW.quantity WHERE depot_id = NEW.depot_id AND item = NEW.item AND lot = NEW.lot;
	UPDATE goods_transfer SET sent = -NEW.quantity WHERE id = NEW.transfer_id AND NEW.kind = 'transfer_out';
	UPDATE goods_transfer SET received = received + NEW.quantity WHERE id = NEW.transfer_id AND NEW.kind = 'transfer_in';
END;

CREATE TRIGGER goods_movement_lists AFTER INSERT ON goods_movement
	WHEN NEW.list_id IS NOT NULL
BEGIN
	INSERT INTO goods_list_stock (list_id, item, lot) VALUES (NEW.list_id, NEW.item, NEW.lot) ON CONFLICT (list_id, item, lot) DO NOTHING;
	UPDATE goods_list_stock SET allotted = allotted - NEW.quantity WHERE list_id = NEW.list_id AND item = NEW.item AND lot = NEW.lot AND NEW.kind = 'allot';
	UPDATE goods_list_stock SET returned = returned + NEW.quantity WHERE list_id = NEW.list_id AND item = NEW.item AND lot = NEW.lot AND NEW.kind = 'return';
END;

CREATE TRIGGER goods_movement_no_delete BEFORE DELETE ON goods_movement
BEGIN
	SELECT RAISE(ABORT, 'goods_movement: nothing is removed');
END;

CREATE TRIGGER goods_movement_no_update BEFORE UPDATE ON goods_movement
BEGIN
	SELECT RAISE(ABORT, 'goods_movement: nothing is changed');
END;

CREATE TABLE goods_movement (
	id BLOB PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	depot_id BLOB NOT NULL REFERENCES goods_depot (id),
	area TEXT NOT NULL,
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL,
	kind TEXT NOT NULL,
	quantity INTEGER NOT NULL,
	day TEXT NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL CHECK (actor <> ''),
	approver TEXT,
	document TEXT NOT NULL,
	note TEXT NOT NULL,
	transfer_id BLOB REFERENCES goods_transfer (id),
	release_id BLOB REFERENCES goods_release (id),
	adjustment_id BLOB UNIQUE REFERENCES goods_adjustment (id),
	list_id BLOB,
	CONSTRAINT kind_gives_the_sign CHECK ((kind IN ('receive', 'transfer_in', 'return') AND quantity > 0)
		OR (kind IN ('issue', 'transfer_out', 'allot', 'loss', 'expiry') AND quantity < 0)
		OR (kind = 'adjust' AND quantity <> 0)),
	CONSTRAINT four_eyes CHECK (kind NOT IN ('adjust', 'loss', 'expiry') OR (adjustment_id IS NOT NULL AND approver IS NOT NULL AND approver <> actor)),
	CONSTRAINT on_its_way CHECK ((kind IN ('transfer_in', 'transfer_out')) = (transfer_id IS NOT NULL)),
	CONSTRAINT for_a_list CHECK ((kind IN ('allot', 'return')) = (list_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_movement_area ON goods_movement (area, at);

CREATE INDEX goods_movement_card ON goods_movement (depot_id, item, at);

CREATE INDEX goods_movement_lot ON goods_movement (item, lot);

CREATE TABLE goods_order (
	id BLOB PRIMARY KEY,
	number TEXT NOT NULL UNIQUE CHECK (number <> ''),
	depot_id BLOB NOT NULL REFERENCES goods_depot (id),
	area TEXT NOT NULL,
	source TEXT NOT NULL CHECK (source IN ('purchase', 'workshop')),
	supplier TEXT NOT NULL,
	contract TEXT NOT NULL DEFAULT '',
	status TEXT NOT NULL CHECK (status IN ('requested', 'ordered', 'received', 'cancelled')),
	reason TEXT NOT NULL,
	maker TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	approver TEXT,
	approved_at INTEGER,
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR approver <> maker),
	CONSTRAINT ordered_by_two CHECK (status IN ('requested', 'cancelled') OR (approver IS NOT NULL AND supplier <> ''))
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_order_area ON goods_order (area, made_at);

CREATE TABLE goods_order_line (
	order_id BLOB NOT NULL REFERENCES goods_order (id),
	line_no INTEGER NOT NULL CHECK (line_no > 0),
	item TEXT NOT NULL REFERENCES goods_item (code),
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	price INTEGER NOT NULL CHECK (price >= 0),
	accepted INTEGER NOT NULL DEFAULT 0 CHECK (accepted >= 0),
	rejected INTEGER NOT NULL DEFAULT 0 CHECK (rejected >= 0),
	PRIMARY KEY (order_id, line_no),
	CONSTRAINT no_more_than_ordered CHECK (accepted <= quantity)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER goods_proof_no_delete BEFORE DELETE ON goods_proof
BEGIN
	SELECT RAISE(ABORT, 'goods_proof: nothing is removed');
END;

CREATE TRIGGER goods_proof_no_update BEFORE UPDATE ON goods_proof
BEGIN
	SELECT RAISE(ABORT, 'goods_proof: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN goods_recipient r ON r.family_id = e.id
				JOIN goods_handover h ON h.list_id = r.list_id AND h.no = r.no WHERE h.photo_id = OLD.id OR h.signature_id = OLD.id)
			AND NOT EXISTS (SELECT 1 FROM erasing e JOIN meal_client c ON c.family_id = e.id
				JOIN meal_delivery d ON d.client_id = c.id WHERE d.photo_id = OLD.id)
			OR NEW.id <> OLD.id OR NEW.area <> OLD.area OR NEW.kind <> OLD.kind OR NEW.sha256 <> OLD.sha256 OR NEW.bytes <> OLD.bytes
			OR NEW.width <> OLD.width OR NEW.height <> OLD.height OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at;
END;

CREATE TABLE goods_proof (
	id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('photo', 'signature', 'receipt')),
	sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
	bytes INTEGER NOT NULL CHECK (bytes > 0),
	width INTEGER NOT NULL,
	height INTEGER NOT NULL,
	latitude INTEGER,
	longitude INTEGER,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_proof_sha256 ON goods_proof (sha256);

CREATE TRIGGER goods_receipt_counts AFTER INSERT ON goods_receipt
BEGIN
	UPDATE goods_order_line SET accepted = accepted + NEW.accepted, rejected = rejected + NEW.rejected WHERE order_id = NEW.order_id AND line_no = NEW.line_no;
END;

CREATE TRIGGER goods_receipt_no_delete BEFORE DELETE ON goods_receipt
BEGIN
	SELECT RAISE(ABORT, 'goods_receipt: nothing is removed');
END;

CREATE TRIGGER goods_receipt_no_update BEFORE UPDATE ON goods_receipt
BEGIN
	SELECT RAISE(ABORT, 'goods_receipt: nothing is changed');
END;

CREATE TRIGGER goods_receipt_ordered BEFORE INSERT ON goods_receipt
BEGIN
	SELECT RAISE(ABORT, 'goods_receipt: nothing was ordered')
		WHERE (SELECT status FROM goods_order WHERE id = NEW.order_id) <> 'ordered';
END;

CREATE TABLE goods_receipt (
	id BLOB PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	order_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	area TEXT NOT NULL,
	lot TEXT NOT NULL,
	accepted INTEGER NOT NULL CHECK (accepted >= 0),
	rejected INTEGER NOT NULL CHECK (rejected >= 0),
	reason TEXT NOT NULL,
	document TEXT NOT NULL,
	inspector TEXT NOT NULL,
	at INTEGER NOT NULL,
	FOREIGN KEY (order_id, line_no) REFERENCES goods_order_line (order_id, line_no),
	CONSTRAINT something_came CHECK (accepted + rejected > 0),
	CONSTRAINT a_refusal_has_a_reason CHECK (rejected = 0 OR reason <> '')
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_receipt_order ON goods_receipt (order_id, at);

CREATE TRIGGER goods_recipient_no_delete BEFORE DELETE ON goods_recipient
BEGIN
	SELECT RAISE(ABORT, 'goods_recipient: nothing is removed');
END;

CREATE TABLE goods_recipient (
	list_id BLOB NOT NULL REFERENCES goods_list (id),
	no INTEGER NOT NULL CHECK (no > 0),
	subject_id BLOB NOT NULL,
	family_id BLOB,
	area TEXT NOT NULL,
	name TEXT NOT NULL CHECK (name <> ''),
	name_key TEXT NOT NULL,
	address TEXT NOT NULL,
	code_blind BLOB,
	status TEXT NOT NULL CHECK (status IN ('waiting', 'handed', 'blocked')),
	PRIMARY KEY (list_id, no),
	UNIQUE (list_id, subject_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_recipient_family ON goods_recipient (family_id);

CREATE INDEX goods_recipient_name ON goods_recipient (list_id, name_key);

CREATE TABLE goods_release (
	id BLOB PRIMARY KEY,
	emergency_id BLOB NOT NULL REFERENCES goods_emergency (id),
	depot_id BLOB NOT NULL REFERENCES goods_depot (id),
	area TEXT NOT NULL,
	note TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	UNIQUE (emergency_id, depot_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER goods_transfer_fixed BEFORE UPDATE OF id, from_id, to_id, from_area, area, item, lot, planned, actor, at ON goods_transfer
BEGIN
	SELECT RAISE(ABORT, 'goods_transfer: this never changes');
END;

CREATE TRIGGER goods_transfer_grows BEFORE UPDATE OF sent, received, lost ON goods_transfer
	WHEN NEW.sent < OLD.sent OR NEW.received < OLD.received OR NEW.lost < OLD.lost
BEGIN
	SELECT RAISE(ABORT, 'goods_transfer: what happened stays');
END;

CREATE TRIGGER goods_transfer_no_delete BEFORE DELETE ON goods_transfer
BEGIN
	SELECT RAISE(ABORT, 'goods_transfer: nothing is removed');
END;

CREATE TABLE goods_transfer (
	id BLOB PRIMARY KEY,
	from_id BLOB NOT NULL REFERENCES goods_depot (id),
	to_id BLOB NOT NULL REFERENCES goods_depot (id),
	from_area TEXT NOT NULL,
	area TEXT NOT NULL,
	item TEXT NOT NULL REFERENCES goods_item (code),
	lot TEXT NOT NULL,
	planned INTEGER NOT NULL CHECK (planned > 0),
	sent INTEGER NOT NULL DEFAULT 0,
	received INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0),
	lost INTEGER NOT NULL DEFAULT 0 CHECK (lost >= 0),
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	note TEXT NOT NULL,
	lost_by TEXT,
	CONSTRAINT another_place CHECK (from_id <> to_id),
	CONSTRAINT sent_once CHECK (sent IN (0, planned)),
	CONSTRAINT nothing_arises_on_the_way CHECK (received + lost <= sent),
	CONSTRAINT lost_by_another CHECK (lost = 0 OR (lost_by IS NOT NULL AND lost_by <> actor))
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_transfer_area ON goods_transfer (area, at);

CREATE TRIGGER graduation_decided BEFORE UPDATE ON graduation
	WHEN OLD.decided_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'a decided graduation is never changed');
END;

CREATE TRIGGER graduation_fixed BEFORE UPDATE OF id, family_id, person_id, subject_id, area, programme, exit, measure_id, valid_from, proposed_at, proposed_by ON graduation
	WHEN OLD.decided_by IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'a decided graduation is never changed');
END;

CREATE TRIGGER graduation_no_delete BEFORE DELETE ON graduation
BEGIN
	SELECT RAISE(ABORT, 'graduations are never removed');
END;

CREATE TRIGGER graduation_told BEFORE UPDATE OF state, decided_at, decided_by ON graduation
	WHEN OLD.decided_by IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'a decided graduation is never changed');
END;

CREATE TABLE graduation (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	family_id BLOB NOT NULL CHECK (length(family_id) = 16),
	person_id BLOB,
	subject_id BLOB NOT NULL CHECK (length(subject_id) = 16),
	area TEXT NOT NULL,
	programme TEXT NOT NULL,
	exit TEXT NOT NULL,
	measure_id BLOB,
	valid_from TEXT NOT NULL,
	reason TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
	proposed_at INTEGER NOT NULL,
	proposed_by TEXT NOT NULL,
	decided_at INTEGER,
	decided_by TEXT,
	note TEXT NOT NULL,
	CHECK ((decided_by IS NULL) = (state = 'proposed')),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX graduation_family ON graduation (family_id);

CREATE UNIQUE INDEX graduation_once ON graduation (subject_id, programme) WHERE state <> 'rejected';

CREATE INDEX graduation_state ON graduation (state, programme, area);

CREATE TRIGGER handover_no_delete BEFORE DELETE ON handover
BEGIN
	SELECT RAISE(ABORT, 'handover: nothing is removed');
END;

CREATE TRIGGER handover_no_update BEFORE UPDATE ON handover
BEGIN
	SELECT RAISE(ABORT, 'handover: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.list_id <> OLD.list_id OR NEW.line_no <> OLD.line_no OR NEW.family_id <> OLD.family_id OR NEW.at <> OLD.at OR NEW.actor <> OLD.actor;
END;

CREATE TABLE handover (
	list_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	receiver TEXT NOT NULL,
	proof TEXT NOT NULL,
	PRIMARY KEY (list_id, line_no, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER idempotency_answered_once BEFORE UPDATE OF answer ON idempotency
	WHEN length(OLD.answer) > 0
BEGIN
	SELECT RAISE(ABORT, 'idempotency: an answer stands');
END;

CREATE TRIGGER idempotency_fixed BEFORE UPDATE OF actor, key, body, at ON idempotency
BEGIN
	SELECT RAISE(ABORT, 'idempotency: this never changes');
END;

CREATE TABLE idempotency (
	actor TEXT NOT NULL,
	key TEXT NOT NULL CHECK (key <> ''),
	body BLOB NOT NULL CHECK (length(body) = 32),
	answer BLOB NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE identity_dismissal (
	family_id BLOB NOT NULL,
	mark TEXT NOT NULL,
	subject BLOB,
	dismissed_by TEXT NOT NULL,
	at INTEGER NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (family_id, mark)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_file (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	family_file TEXT NOT NULL,
	member_file TEXT NOT NULL,
	imported_by TEXT NOT NULL,
	at INTEGER NOT NULL,
	counts TEXT NOT NULL,
	problems BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX import_file_digest ON import_file (digest, id);

CREATE TABLE import_mapping (
	name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 60),
	body TEXT NOT NULL,
	saved_by TEXT NOT NULL,
	saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE import_upload (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	uploaded_by TEXT NOT NULL,
	family_file TEXT NOT NULL,
	member_file TEXT NOT NULL,
	expires_at INTEGER NOT NULL
, report BLOB, family_size INTEGER NOT NULL DEFAULT 0, member_size INTEGER NOT NULL DEFAULT 0, mapping TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE import_upload_part (
	upload_id BLOB NOT NULL,
	member INTEGER NOT NULL CHECK (member IN (0, 1)),
	no INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (upload_id, member, no)
) STRICT;

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

CREATE TABLE installation (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	keys TEXT NOT NULL
) STRICT;

CREATE TRIGGER instruction_added BEFORE INSERT ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: lines are added to a draft')
		WHERE NEW.status NOT IN ('planned', 'held') OR (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
END;

CREATE TRIGGER instruction_ends AFTER UPDATE OF status ON instruction
	WHEN NEW.status IN ('cancelled', 'reissued', 'remitted', 'dropped') AND OLD.status <> NEW.status
BEGIN
	UPDATE instruction_part SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id AND live = 1
		AND (NEW.status IN ('cancelled', 'reissued') OR component LIKE '%:susulan' AND (NEW.status = 'remitted'
			OR EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = NEW.list_id AND o.line_no = NEW.line_no AND o.family_id = NEW.family_id AND o.component NOT LIKE '%:susulan')));
	UPDATE instruction_adjustment SET live = 0 WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id AND live = 1
		AND (NEW.status IN ('cancelled', 'reissued') OR kind = 'repaid' AND (NEW.status = 'remitted'
			OR EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = NEW.list_id AND o.line_no = NEW.line_no AND o.family_id = NEW.family_id AND o.component NOT LIKE '%:susulan')));
END;

CREATE TRIGGER instruction_fixed BEFORE UPDATE OF list_id, line_no, family_id, person_id, payee_id, area, bank, amount ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: this never changes');
END;

CREATE TRIGGER instruction_moves BEFORE UPDATE OF status ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: a line does not move that way')
		WHERE OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('planned>held', 'planned>released', 'planned>cancelled', 'held>planned', 'held>dropped', 'released>held', 'held>cancelled', 'released>sent', 'sent>released', 'sent>credited', 'sent>returned', 'credited>returned', 'returned>credited', 'returned>reissued', 'returned>remitted', 'credited>withdrawn', 'credited>unclaimed', 'unclaimed>credited', 'unclaimed>withdrawn', 'unclaimed>returned');
	SELECT RAISE(ABORT, 'instruction: its list is not released')
		WHERE NEW.status = 'released' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'released';
	SELECT RAISE(ABORT, 'instruction: its list is not sent')
		WHERE NEW.status = 'sent' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'sent';
	SELECT RAISE(ABORT, 'instruction: its list was never sent')
		WHERE NEW.status IN ('credited', 'returned', 'withdrawn', 'unclaimed') AND (SELECT status FROM pay_list WHERE id = NEW.list_id) NOT IN ('sent', 'settled');
	SELECT RAISE(ABORT, 'instruction: a line is planned in a draft')
		WHERE NEW.status = 'planned' AND (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
END;

CREATE TRIGGER instruction_named BEFORE UPDATE OF number_sealed, number_blind, number_masked, holder ON instruction
	WHEN NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'instruction: this never changes');
END;

CREATE TRIGGER instruction_no_delete BEFORE DELETE ON instruction
BEGIN
	SELECT RAISE(ABORT, 'instruction: nothing is removed');
END;

CREATE TRIGGER instruction_short BEFORE UPDATE OF short ON instruction
	WHEN OLD.short <> NEW.short AND NOT (OLD.short = 0 AND OLD.status = 'sent' AND NEW.status IN ('credited', 'returned'))
BEGIN
	SELECT RAISE(ABORT, 'instruction: what is short is known when the bank answers, and never changes');
END;

CREATE TRIGGER suspended_stays_held BEFORE UPDATE OF status ON instruction
	WHEN OLD.status = 'held' AND NEW.status = 'planned' AND OLD.code = 'suspended'
BEGIN
	SELECT RAISE(ABORT, 'instruction: a suspended line is not planned by hand');
END;

CREATE TABLE instruction (
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	line_no INTEGER NOT NULL CHECK (line_no > 0),
	family_id BLOB NOT NULL,
	person_id BLOB,
	payee_id BLOB,
	area TEXT NOT NULL,
	bank TEXT NOT NULL,
	number_sealed BLOB,
	number_blind BLOB,
	number_masked TEXT NOT NULL,
	holder TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	status TEXT NOT NULL CHECK (status IN ('planned', 'held', 'released', 'sent', 'credited', 'returned', 'reissued', 'remitted', 'withdrawn', 'unclaimed', 'cancelled', 'dropped')),
	code TEXT NOT NULL DEFAULT '',
	settled_at INTEGER, short INTEGER NOT NULL DEFAULT 0 CHECK (short >= 0 AND short < amount),
	PRIMARY KEY (list_id, line_no, family_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX instruction_family ON instruction (family_id, list_id);

CREATE UNIQUE INDEX instruction_line ON instruction (list_id, line_no);

CREATE INDEX instruction_rare ON instruction (list_id, status, line_no)
	WHERE status NOT IN ('planned', 'released', 'sent', 'credited', 'withdrawn');

CREATE TRIGGER instruction_adjustment_fixed BEFORE UPDATE OF list_id, line_no, family_id, ref, kind, beneficiary_id, component, programme, period, percent, amount ON instruction_adjustment
BEGIN
	SELECT RAISE(ABORT, 'instruction_adjustment: this never changes');
END;

CREATE TRIGGER instruction_adjustment_lives BEFORE UPDATE OF live ON instruction_adjustment
	WHEN OLD.live = 0 OR NOT EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = NEW.list_id AND i.line_no = NEW.line_no AND i.family_id = NEW.family_id
		AND (i.status IN ('cancelled', 'reissued') OR NEW.kind = 'repaid' AND (i.status = 'remitted'
			OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan'))))
BEGIN
	SELECT RAISE(ABORT, 'instruction_adjustment: an adjustment dies with its line');
END;

CREATE TRIGGER instruction_adjustment_no_delete BEFORE DELETE ON instruction_adjustment
BEGIN
	SELECT RAISE(ABORT, 'instruction_adjustment: nothing is removed');
END;

CREATE TABLE instruction_adjustment (
	list_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	ref BLOB NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('withheld', 'repaid')),
	beneficiary_id BLOB NOT NULL,
	component TEXT NOT NULL,
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
	amount INTEGER NOT NULL CHECK (amount >= 0),
	live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
	PRIMARY KEY (list_id, line_no, ref, kind, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX adjust_once ON instruction_adjustment (ref, kind) WHERE live = 1;

CREATE INDEX instruction_adjustment_programme ON instruction_adjustment (programme, live);

CREATE TRIGGER instruction_event_fits BEFORE INSERT ON instruction_event
BEGIN
	SELECT RAISE(ABORT, 'instruction_event: a step moves the whole of its line')
		WHERE NEW.amount IS NOT (SELECT amount - short FROM instruction
			WHERE list_id = NEW.list_id AND line_no = NEW.line_no AND family_id = NEW.family_id);
END;

CREATE TRIGGER instruction_event_no_delete BEFORE DELETE ON instruction_event
BEGIN
	SELECT RAISE(ABORT, 'instruction_event: nothing is removed');
END;

CREATE TRIGGER instruction_event_no_update BEFORE UPDATE ON instruction_event
BEGIN
	SELECT RAISE(ABORT, 'instruction_event: nothing is changed');
END;

CREATE TABLE instruction_event (
	list_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	act INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	status TEXT NOT NULL,
	code TEXT NOT NULL,
	amount INTEGER NOT NULL,
	PRIMARY KEY (list_id, line_no, act, family_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER instruction_part_added BEFORE INSERT ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: parts are added to a draft')
		WHERE NEW.live <> 1 OR (SELECT status FROM pay_list WHERE id = NEW.list_id) <> 'draft';
END;

CREATE TRIGGER instruction_part_fixed BEFORE UPDATE OF list_id, line_no, family_id, beneficiary_id, component, programme, period, amount ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: this never changes');
END;

CREATE TRIGGER instruction_part_lives BEFORE UPDATE OF live ON instruction_part
	WHEN OLD.live = 0 OR NOT EXISTS (SELECT 1 FROM instruction i WHERE i.list_id = NEW.list_id AND i.line_no = NEW.line_no AND i.family_id = NEW.family_id
		AND (i.status IN ('cancelled', 'reissued') OR NEW.component LIKE '%:susulan' AND (i.status = 'remitted'
			OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan'))))
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: a part dies with its line');
END;

CREATE TRIGGER instruction_part_no_delete BEFORE DELETE ON instruction_part
BEGIN
	SELECT RAISE(ABORT, 'instruction_part: nothing is removed');
END;

CREATE TABLE "instruction_part" (
	list_id BLOB NOT NULL,
	line_no INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	beneficiary_id BLOB NOT NULL,
	component TEXT NOT NULL,
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
	PRIMARY KEY (list_id, line_no, beneficiary_id, component, period, family_id),
	FOREIGN KEY (list_id, line_no, family_id) REFERENCES instruction (list_id, line_no, family_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX pay_once ON instruction_part (programme, period, beneficiary_id, component) WHERE live = 1;

CREATE TRIGGER issued_document_no_delete BEFORE DELETE ON issued_document
BEGIN
	SELECT RAISE(ABORT, 'issued_document is append-only');
END;

CREATE TRIGGER issued_document_no_gap BEFORE INSERT ON issued_document
BEGIN
	SELECT RAISE(ABORT, 'issued_document: numbers follow each other without a gap')
		WHERE NEW.version = 1 AND NEW.seq <> 1 + COALESCE((SELECT MAX(seq) FROM issued_document
			WHERE code = NEW.code AND unit = NEW.unit AND year = NEW.year), 0);
	SELECT RAISE(ABORT, 'issued_document: a version follows the one before it under its number')
		WHERE NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM issued_document WHERE id = NEW.former AND version = NEW.version - 1
			AND number = NEW.number AND kind = NEW.kind AND subject = NEW.subject AND lang = NEW.lang AND area = NEW.area);
END;

CREATE TRIGGER issued_document_no_update BEFORE UPDATE ON issued_document
BEGIN
	SELECT RAISE(ABORT, 'issued_document is append-only');
END;

CREATE TABLE issued_document (
	id BLOB PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind <> ''),
	lang TEXT NOT NULL CHECK (lang IN ('id', 'en')),
	subject TEXT NOT NULL CHECK (subject <> ''),
	area TEXT NOT NULL,
	code TEXT NOT NULL,
	unit TEXT NOT NULL,
	year INTEGER NOT NULL,
	seq INTEGER NOT NULL CHECK (seq > 0),
	version INTEGER NOT NULL CHECK (version > 0),
	number TEXT NOT NULL CHECK (number <> ''),
	title TEXT NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	file BLOB NOT NULL UNIQUE CHECK (length(file) = 32),
	size INTEGER NOT NULL,
	pages INTEGER NOT NULL CHECK (pages > 0),
	row_count INTEGER NOT NULL,
	day TEXT NOT NULL,
	issued_at INTEGER NOT NULL,
	issued_by TEXT NOT NULL CHECK (issued_by <> ''),
	office TEXT NOT NULL,
	former BLOB UNIQUE REFERENCES issued_document (id),
	short_code TEXT NOT NULL UNIQUE,
	seal TEXT NOT NULL UNIQUE,
	UNIQUE (code, unit, year, seq, version),
	UNIQUE (kind, lang, subject, area, version),
	CONSTRAINT first_or_follows CHECK ((version = 1) = (former IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX issued_document_kind ON issued_document (kind, id);

CREATE INDEX issued_document_subject ON issued_document (subject);

CREATE TRIGGER issued_file_no_delete BEFORE DELETE ON issued_file
BEGIN
	SELECT RAISE(ABORT, 'issued_file is append-only');
END;

CREATE TRIGGER issued_file_no_update BEFORE UPDATE ON issued_file
BEGIN
	SELECT RAISE(ABORT, 'issued_file is append-only');
END;

CREATE TABLE issued_file (
	document_id BLOB PRIMARY KEY REFERENCES issued_document (id),
	content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issued_series (
	code TEXT NOT NULL,
	unit TEXT NOT NULL,
	year INTEGER NOT NULL,
	last INTEGER NOT NULL CHECK (last >= 0),
	PRIMARY KEY (code, unit, year)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER issued_withdrawal_no_delete BEFORE DELETE ON issued_withdrawal
BEGIN
	SELECT RAISE(ABORT, 'issued_withdrawal is append-only');
END;

CREATE TRIGGER issued_withdrawal_no_update BEFORE UPDATE ON issued_withdrawal
BEGIN
	SELECT RAISE(ABORT, 'issued_withdrawal is append-only');
END;

CREATE TABLE issued_withdrawal (
	document_id BLOB PRIMARY KEY REFERENCES issued_document (id),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL CHECK (actor <> ''),
	reason TEXT NOT NULL CHECK (reason <> '')
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account
BEGIN
	SELECT RAISE(ABORT, 'ledger_account is append-only');
END;

CREATE TRIGGER ledger_account_no_update BEFORE UPDATE ON ledger_account
BEGIN
	SELECT RAISE(ABORT, 'ledger_account is append-only');
END;

CREATE TABLE ledger_account (
	code TEXT PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('treasury', 'allotment', 'reserved', 'released', 'channel',
		'credited', 'withdrawn', 'returned', 'unclaimed', 'remitted', 'recoverable')),
	fund TEXT NOT NULL CHECK (fund <> ''),
	CHECK (code = kind || ':' || fund)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_account_fund ON ledger_account (fund, kind);

CREATE TRIGGER ledger_entry_follows_roads BEFORE INSERT ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger: an entry moves the money of one fund')
		WHERE (SELECT COUNT(DISTINCT a.fund) <> 1 FROM ledger_line l JOIN ledger_account a ON a.code = l.code WHERE l.entry = NEW.seq);
	SELECT RAISE(ABORT, 'ledger: money does not go that way')
		WHERE EXISTS (SELECT 1 FROM ledger_line g JOIN ledger_account ga ON ga.code = g.code
			JOIN ledger_line t ON t.entry = g.entry JOIN ledger_account ta ON ta.code = t.code
			WHERE g.entry = NEW.seq AND g.amount < 0 AND t.amount > 0
				AND NOT EXISTS (SELECT 1 FROM ledger_road r WHERE r.giver = ga.kind AND r.taker = ta.kind));
END;

CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger_entry is append-only');
END;

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger_entry is append-only');
END;

CREATE TRIGGER ledger_entry_seals BEFORE INSERT ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger: entries follow each other without a gap')
		WHERE NEW.seq <> COALESCE((SELECT MAX(seq) FROM ledger_entry), 0) + 1;
	SELECT RAISE(ABORT, 'ledger: an entry has two lines or more that sum to zero')
		WHERE (SELECT COUNT(*) < 2 OR SUM(amount) <> 0 FROM ledger_line WHERE entry = NEW.seq);
END;

CREATE TABLE ledger_entry (
	seq INTEGER PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	kind TEXT NOT NULL,
	document TEXT NOT NULL,
	object TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	body BLOB NOT NULL CHECK (length(body) = 32),
	chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;

CREATE INDEX ledger_entry_object ON ledger_entry (object, seq);

CREATE TABLE ledger_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	seq INTEGER NOT NULL
) STRICT;

CREATE TRIGGER ledger_line_fits BEFORE INSERT ON ledger_line
BEGIN
	SELECT RAISE(ABORT, 'ledger: a line belongs to the entry that is being written')
		WHERE NEW.entry <> COALESCE((SELECT MAX(seq) FROM ledger_entry), 0) + 1;
	SELECT RAISE(ABORT, 'ledger: a line carries the balance after it')
		WHERE NEW.balance <> NEW.amount
			+ COALESCE((SELECT balance FROM ledger_line WHERE code = NEW.code ORDER BY entry DESC LIMIT 1), 0);
END;

CREATE TRIGGER ledger_line_no_delete BEFORE DELETE ON ledger_line
BEGIN
	SELECT RAISE(ABORT, 'ledger_line is append-only');
END;

CREATE TRIGGER ledger_line_no_update BEFORE UPDATE ON ledger_line
BEGIN
	SELECT RAISE(ABORT, 'ledger_line is append-only');
END;

CREATE TABLE ledger_line (
	entry INTEGER NOT NULL REFERENCES ledger_entry (seq) DEFERRABLE INITIALLY DEFERRED,
	code TEXT NOT NULL REFERENCES ledger_account (code),
	amount INTEGER NOT NULL CHECK (amount <> 0),
	balance INTEGER NOT NULL,
	PRIMARY KEY (entry, code),
	CHECK (balance >= 0 OR code LIKE 'treasury:%')
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX ledger_line_account ON ledger_line (code, entry);

CREATE TRIGGER ledger_road_no_delete BEFORE DELETE ON ledger_road
BEGIN
	SELECT RAISE(ABORT, 'ledger_road: roads are laid by a migration');
END;

CREATE TRIGGER ledger_road_no_insert BEFORE INSERT ON ledger_road
BEGIN
	SELECT RAISE(ABORT, 'ledger_road: roads are laid by a migration');
END;

CREATE TRIGGER ledger_road_no_update BEFORE UPDATE ON ledger_road
BEGIN
	SELECT RAISE(ABORT, 'ledger_road: roads are laid by a migration');
END;

CREATE TABLE ledger_road (
	giver TEXT NOT NULL,
	taker TEXT NOT NULL,
	PRIMARY KEY (giver, taker)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER meal_client_no_delete BEFORE DELETE ON meal_client
BEGIN
	SELECT RAISE(ABORT, 'meal_client: nothing is removed');
END;

CREATE TABLE meal_client (
	id BLOB PRIMARY KEY,
	group_id BLOB NOT NULL REFERENCES meal_group (id),
	person_id BLOB NOT NULL,
	family_id BLOB NOT NULL,
	area TEXT NOT NULL,
	name TEXT NOT NULL CHECK (name <> ''),
	address TEXT NOT NULL,
	from_day TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('active', 'paused', 'stopped')),
	why TEXT NOT NULL DEFAULT '',
	since TEXT,
	replaces BLOB REFERENCES meal_client (id),
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	CONSTRAINT says_why CHECK (status = 'active' OR (why <> '' AND since IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX meal_client_group ON meal_client (group_id, status);

CREATE UNIQUE INDEX meal_client_once ON meal_client (person_id) WHERE status <> 'stopped';

CREATE UNIQUE INDEX meal_client_replaced_once ON meal_client (replaces) WHERE replaces IS NOT NULL;

CREATE TABLE meal_complaint (
	id BLOB PRIMARY KEY,
	group_id BLOB NOT NULL REFERENCES meal_group (id),
	client_id BLOB REFERENCES meal_client (id),
	area TEXT NOT NULL,
	day TEXT NOT NULL,
	text TEXT NOT NULL CHECK (text <> ''),
	due TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	answer TEXT NOT NULL DEFAULT '',
	answered_by TEXT,
	answered_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX meal_complaint_group ON meal_complaint (group_id, at);

CREATE TRIGGER meal_delivery_in_force BEFORE INSERT ON meal_delivery
BEGIN
	SELECT RAISE(ABORT, 'meal_delivery: the group has no contract on this day')
		WHERE NOT EXISTS (SELECT 1 FROM meal_group g WHERE g.id = NEW.group_id AND g.status = 'active' AND NEW.day BETWEEN g.from_day AND g.to_day);
	SELECT RAISE(ABORT, 'meal_delivery: nothing is carried to whom it has stopped for')
		WHERE (SELECT status FROM meal_client WHERE id = NEW.client_id) = 'stopped';
	SELECT RAISE(ABORT, 'meal_delivery: the month is accounted for')
		WHERE EXISTS (SELECT 1 FROM meal_report r WHERE r.group_id = NEW.group_id AND r.month = substr(NEW.day, 1, 7));
END;

CREATE TRIGGER meal_delivery_no_delete BEFORE DELETE ON meal_delivery
BEGIN
	SELECT RAISE(ABORT, 'meal_delivery: nothing is removed');
END;

CREATE TRIGGER meal_delivery_no_update BEFORE UPDATE ON meal_delivery
BEGIN
	SELECT RAISE(ABORT, 'meal_delivery: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN meal_client c ON c.family_id = e.id WHERE c.id = OLD.client_id)
			OR NEW.client_id <> OLD.client_id OR NEW.person_id <> OLD.person_id OR NEW.day <> OLD.day OR NEW.group_id <> OLD.group_id OR NEW.area <> OLD.area
			OR NEW.outcome <> OLD.outcome OR NEW.carrier <> OLD.carrier OR NEW.price <> OLD.price OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at
			OR NEW.batch <> OLD.batch OR NEW.photo_id IS NOT OLD.photo_id;
END;

CREATE TABLE meal_delivery (
	client_id BLOB NOT NULL REFERENCES meal_client (id),
	person_id BLOB NOT NULL,
	day TEXT NOT NULL,
	group_id BLOB NOT NULL REFERENCES meal_group (id),
	area TEXT NOT NULL,
	outcome TEXT NOT NULL CHECK (outcome IN ('delivered', 'not_home', 'hospital', 'moved', 'died', 'refused')),
	carrier TEXT NOT NULL CHECK (carrier <> ''),
	witness TEXT NOT NULL,
	photo_id BLOB REFERENCES goods_proof (id),
	latitude INTEGER,
	longitude INTEGER,
	price INTEGER NOT NULL CHECK (price > 0),
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	batch BLOB NOT NULL,
	PRIMARY KEY (person_id, day),
	CONSTRAINT a_delivery_is_proved CHECK (outcome <> 'delivered' OR photo_id IS NOT NULL OR (witness <> '' AND witness <> carrier))
) STRICT, WITHOUT ROWID;

CREATE INDEX meal_delivery_group ON meal_delivery (group_id, day);

CREATE TABLE meal_group (
	id BLOB PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	area TEXT NOT NULL CHECK (area <> ''),
	leader TEXT NOT NULL CHECK (leader <> ''),
	bank TEXT NOT NULL,
	account_sealed BLOB NOT NULL,
	account_masked TEXT NOT NULL,
	contract TEXT NOT NULL CHECK (contract <> ''),
	from_day TEXT NOT NULL,
	to_day TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'active', 'ended')),
	maker TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	approver TEXT,
	approved_at INTEGER,
	CONSTRAINT ends_after_it_begins CHECK (to_day >= from_day),
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR approver <> maker),
	CONSTRAINT approved_by_somebody CHECK (status <> 'active' OR approver IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX meal_group_area ON meal_group (area);

CREATE TABLE meal_member (
	group_id BLOB NOT NULL REFERENCES meal_group (id),
	no INTEGER NOT NULL CHECK (no > 0),
	name TEXT NOT NULL CHECK (name <> ''),
	task TEXT NOT NULL,
	PRIMARY KEY (group_id, no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER meal_money_in_time BEFORE INSERT ON meal_money
BEGIN
	SELECT RAISE(ABORT, 'meal_money: the month is accounted for')
		WHERE EXISTS (SELECT 1 FROM meal_report r WHERE r.group_id = NEW.group_id AND r.month = substr(NEW.day, 1, 7));
END;

CREATE TRIGGER meal_money_no_delete BEFORE DELETE ON meal_money
BEGIN
	SELECT RAISE(ABORT, 'meal_money: nothing is removed');
END;

CREATE TRIGGER meal_money_no_update BEFORE UPDATE ON meal_money
BEGIN
	SELECT RAISE(ABORT, 'meal_money: nothing is changed');
END;

CREATE TABLE meal_money (
	id BLOB PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key <> ''),
	group_id BLOB NOT NULL REFERENCES meal_group (id),
	area TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('advance', 'expense', 'refund')),
	amount INTEGER NOT NULL CHECK (amount > 0),
	day TEXT NOT NULL,
	what TEXT NOT NULL,
	document TEXT NOT NULL CHECK (document <> ''),
	receipt_id BLOB REFERENCES goods_proof (id),
	actor TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX meal_money_document ON meal_money (group_id, kind, document);

CREATE INDEX meal_money_group ON meal_money (group_id, day);

CREATE TRIGGER meal_report_no_delete BEFORE DELETE ON meal_report
BEGIN
	SELECT RAISE(ABORT, 'meal_report: nothing is removed');
END;

CREATE TRIGGER meal_report_once BEFORE UPDATE ON meal_report
	WHEN OLD.approver IS NOT NULL OR OLD.days <> NEW.days OR OLD.earned <> NEW.earned OR OLD.advanced <> NEW.advanced OR OLD.spent <> NEW.spent
BEGIN
	SELECT RAISE(ABORT, 'meal_report: a report stands as it was made');
END;

CREATE TABLE meal_report (
	group_id BLOB NOT NULL REFERENCES meal_group (id),
	month TEXT NOT NULL,
	area TEXT NOT NULL,
	days INTEGER NOT NULL,
	earned INTEGER NOT NULL,
	advanced INTEGER NOT NULL,
	spent INTEGER NOT NULL,
	refunded INTEGER NOT NULL,
	flags INTEGER NOT NULL,
	note TEXT NOT NULL,
	maker TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	approver TEXT,
	approved_at INTEGER,
	PRIMARY KEY (group_id, month),
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR approver <> maker)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_version (
	id BLOB PRIMARY KEY,
	base TEXT NOT NULL,
	code TEXT NOT NULL,
	valid_from TEXT NOT NULL,
	base_digest TEXT NOT NULL,
	title TEXT NOT NULL CHECK (title <> ''),
	published TEXT NOT NULL,
	edit TEXT NOT NULL,
	text TEXT NOT NULL,
	digest TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('proposed', 'enacted', 'rejected')),
	proposed_at INTEGER NOT NULL,
	proposed_by TEXT NOT NULL,
	decided_at INTEGER,
	decided_by TEXT,
	note TEXT NOT NULL,
	CHECK ((decided_by IS NULL) = (state = 'proposed')),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX model_version_code ON model_version (code) WHERE state = 'enacted';

CREATE UNIQUE INDEX model_version_waiting ON model_version (base) WHERE state = 'proposed';

CREATE TABLE not_same (
	a BLOB NOT NULL,
	b BLOB NOT NULL,
	a_family BLOB NOT NULL,
	b_family BLOB NOT NULL,
	said_by TEXT NOT NULL,
	at INTEGER NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
	family_id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	code_sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notice_key (
	key BLOB PRIMARY KEY CHECK (length(key) = 16),
	determination_id BLOB NOT NULL REFERENCES determination (id),
	family_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER observation_no_delete BEFORE DELETE ON observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never removed');
END;

CREATE TRIGGER observation_no_update BEFORE UPDATE ON observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never altered')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
			OR NEW.family_id <> OLD.family_id OR NEW.version <> OLD.version OR NEW.subject <> OLD.subject
			OR NEW.source <> OLD.source OR NEW.observed_on <> OLD.observed_on OR NEW.recorded_at <> OLD.recorded_at;
END;

CREATE TABLE observation (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL,
	subject BLOB NOT NULL,
	source TEXT NOT NULL,
	observed_on TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	facts BLOB NOT NULL, withdrawn TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (family_id, version, subject)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER outcome_no_delete BEFORE DELETE ON outcome
WHEN NOT EXISTS (SELECT 1 FROM determination_writing w WHERE w.determination_id = OLD.determination_id AND w.done = 1073741824)
BEGIN
	SELECT RAISE(ABORT, 'outcomes are never removed');
END;

CREATE TRIGGER outcome_no_update BEFORE UPDATE ON outcome
BEGIN
	SELECT RAISE(ABORT, 'outcomes are never changed');
END;

CREATE TABLE outcome (
	determination_id BLOB NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	outcome INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 4),
	answers INTEGER NOT NULL,
	queue INTEGER,
	uncertain INTEGER NOT NULL CHECK (uncertain IN (0, 1)),
	annual INTEGER NOT NULL CHECK (annual >= 0),
	lines TEXT,
	PRIMARY KEY (determination_id, programme, area, family_id, subject_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX outcome_family ON outcome (family_id, determination_id, programme, subject_id);

CREATE INDEX outcome_open ON outcome (determination_id, area, family_id, subject_id, programme) WHERE outcome = 4;

CREATE INDEX outcome_waiting ON outcome (determination_id, programme, queue, area, family_id, subject_id) WHERE outcome = 2;

CREATE TABLE outcome_count (
	determination_id BLOB NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT NOT NULL,
	outcome INTEGER NOT NULL,
	subjects INTEGER NOT NULL,
	annual INTEGER NOT NULL,
	PRIMARY KEY (determination_id, programme, area, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome_measure (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	digest TEXT NOT NULL UNIQUE,
	content TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome_reason (
	determination_id BLOB NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT NOT NULL,
	item INTEGER NOT NULL,
	blocks INTEGER NOT NULL,
	still_open INTEGER NOT NULL,
	alone INTEGER NOT NULL,
	PRIMARY KEY (determination_id, programme, area, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome_row (
	measure_id BLOB NOT NULL CHECK (length(measure_id) = 16),
	list TEXT NOT NULL,
	area TEXT NOT NULL,
	family_id BLOB NOT NULL CHECK (length(family_id) = 16),
	subject_id BLOB NOT NULL CHECK (length(subject_id) = 16),
	programme TEXT NOT NULL,
	road TEXT NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (measure_id, list, area, family_id, subject_id, programme, road)
) STRICT, WITHOUT ROWID;

CREATE INDEX outcome_row_family ON outcome_row (family_id, measure_id);

CREATE TABLE outcome_tally (
	measure_id BLOB NOT NULL CHECK (length(measure_id) = 16),
	list TEXT NOT NULL,
	programme TEXT NOT NULL,
	road TEXT NOT NULL,
	area TEXT NOT NULL,
	families INTEGER NOT NULL,
	annual INTEGER NOT NULL,
	PRIMARY KEY (measure_id, list, programme, road, area)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER pay_list_begins BEFORE INSERT ON pay_list
	WHEN NEW.status <> 'draft'
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a list begins as a draft');
END;

CREATE TRIGGER pay_list_checked_once BEFORE UPDATE OF checker, checked_at, checked_digest, checked_seal ON pay_list
	WHEN OLD.checker IS NOT NULL AND NEW.status <> 'draft' AND (OLD.checker IS DISTINCT FROM NEW.checker OR OLD.checked_digest IS DISTINCT FROM NEW.checked_digest OR OLD.checked_seal IS DISTINCT FROM NEW.checked_seal OR OLD.checked_at IS DISTINCT FROM NEW.checked_at)
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a check stands or falls whole');
END;

CREATE TRIGGER pay_list_digest BEFORE UPDATE OF digest, total, lines ON pay_list
	WHEN NEW.status <> 'draft' AND (OLD.digest <> NEW.digest OR OLD.total <> NEW.total OR OLD.lines <> NEW.lines)
BEGIN
	SELECT RAISE(ABORT, 'pay_list: an edit makes it a draft again');
END;

CREATE TRIGGER pay_list_fixed BEFORE UPDATE OF id, number, programme, version, period, fund, determination, area, channel, maker, made_at ON pay_list
BEGIN
	SELECT RAISE(ABORT, 'pay_list: this never changes');
END;

CREATE TRIGGER pay_list_moves BEFORE UPDATE OF status ON pay_list
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('draft>checked', 'draft>discarded', 'checked>draft', 'checked>released', 'checked>discarded', 'released>sent', 'sent>released', 'sent>settled')
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a list does not move that way');
END;

CREATE TRIGGER pay_list_no_delete BEFORE DELETE ON pay_list
BEGIN
	SELECT RAISE(ABORT, 'pay_list: nothing is removed');
END;

CREATE TRIGGER pay_list_released_once BEFORE UPDATE OF releaser, released_at, released_digest, released_seal ON pay_list
	WHEN OLD.releaser IS NOT NULL AND (OLD.releaser IS DISTINCT FROM NEW.releaser OR OLD.released_digest IS DISTINCT FROM NEW.released_digest OR OLD.released_seal IS DISTINCT FROM NEW.released_seal OR OLD.released_at IS DISTINCT FROM NEW.released_at)
BEGIN
	SELECT RAISE(ABORT, 'pay_list: a release is not taken back');
END;

CREATE TABLE pay_list (
	id BLOB PRIMARY KEY,
	number TEXT NOT NULL UNIQUE CHECK (number <> ''),
	programme TEXT NOT NULL,
	version TEXT NOT NULL,
	period TEXT NOT NULL,
	fund TEXT NOT NULL,
	determination BLOB NOT NULL,
	area TEXT NOT NULL,
	channel TEXT NOT NULL CHECK (channel IN ('bank', 'post', 'goods')),
	status TEXT NOT NULL CHECK (status IN ('draft', 'checked', 'released', 'sent', 'settled', 'discarded')),
	turn INTEGER NOT NULL DEFAULT 0,
	lines INTEGER NOT NULL,
	total INTEGER NOT NULL CHECK (total >= 0),
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	maker TEXT NOT NULL CHECK (maker <> ''),
	made_at INTEGER NOT NULL,
	checker TEXT,
	checked_at INTEGER,
	checked_digest BLOB,
	checked_seal BLOB,
	releaser TEXT,
	released_at INTEGER,
	released_digest BLOB CHECK (length(released_digest) = 32),
	released_seal BLOB,
	CONSTRAINT checker_is_another CHECK (checker <> maker),
	CONSTRAINT releaser_is_a_third CHECK (releaser IS NULL OR (checker IS NOT NULL AND releaser <> maker AND releaser <> checker)),
	CONSTRAINT checked_what_stands CHECK (status IN ('draft', 'discarded')
		OR (checker IS NOT NULL AND checked_at IS NOT NULL AND checked_seal IS NOT NULL AND checked_digest IS NOT NULL AND checked_digest = digest)),
	CONSTRAINT released_by_somebody CHECK (status IN ('draft', 'discarded', 'checked')
		OR (releaser IS NOT NULL AND released_at IS NOT NULL AND released_seal IS NOT NULL AND released_digest IS NOT NULL)),
	CONSTRAINT draft_is_unseen CHECK (status <> 'draft' OR (checker IS NULL AND releaser IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX pay_list_area ON pay_list (area, made_at);

CREATE INDEX pay_list_period ON pay_list (programme, period);

CREATE TRIGGER pay_list_act_moves_its_entry BEFORE INSERT ON pay_list_act
	WHEN NEW.entry IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'pay_list_act: an act moves as much as its entry')
		WHERE NEW.total <> COALESCE((SELECT SUM(amount) FROM ledger_line WHERE entry = NEW.entry AND amount > 0), 0);
END;

CREATE TRIGGER pay_list_act_no_delete BEFORE DELETE ON pay_list_act
BEGIN
	SELECT RAISE(ABORT, 'pay_list_act: nothing is removed');
END;

CREATE TRIGGER pay_list_act_no_update BEFORE UPDATE ON pay_list_act
BEGIN
	SELECT RAISE(ABORT, 'pay_list_act: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN instruction_event v ON v.family_id = e.id WHERE v.list_id = OLD.list_id AND v.act = OLD.act)
			OR NEW.list_id <> OLD.list_id OR NEW.act <> OLD.act OR NEW.kind <> OLD.kind OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at
			OR NEW.entry IS NOT OLD.entry OR NEW.file_id IS NOT OLD.file_id OR NEW.lines <> OLD.lines OR NEW.total <> OLD.total;
END;

CREATE TABLE pay_list_act (
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	act INTEGER NOT NULL,
	kind TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	entry INTEGER REFERENCES ledger_entry (seq),
	file_id BLOB,
	note TEXT NOT NULL,
	lines INTEGER NOT NULL,
	total INTEGER NOT NULL,
	PRIMARY KEY (list_id, act)
) STRICT, WITHOUT ROWID;

CREATE INDEX pay_list_act_entry ON pay_list_act (entry);

CREATE TABLE pay_list_number (
	programme TEXT NOT NULL,
	period TEXT NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (programme, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE pay_list_sum (
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	status TEXT NOT NULL,
	lines INTEGER NOT NULL,
	total INTEGER NOT NULL,
	PRIMARY KEY (list_id, status)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER payee_route_begins BEFORE INSERT ON payee_route
	WHEN NEW.status <> 'proposed'
BEGIN
	SELECT RAISE(ABORT, 'payee_route: a route begins proposed');
END;

CREATE TRIGGER payee_route_fixed BEFORE UPDATE OF id, area, family_id, programme, kind, bank, proposer, proposed_at ON payee_route
BEGIN
	SELECT RAISE(ABORT, 'payee_route: this never changes');
END;

CREATE TRIGGER payee_route_moves BEFORE UPDATE OF status ON payee_route
	WHEN OLD.status || '>' || NEW.status NOT IN ('proposed>approved', 'proposed>refused', 'approved>ended')
BEGIN
	SELECT RAISE(ABORT, 'payee_route: a route does not move that way');
END;

CREATE TRIGGER payee_route_named BEFORE UPDATE OF holder, relation, number_sealed, number_blind, number_masked, evidence, note ON payee_route
	WHEN NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'payee_route: this never changes');
END;

CREATE TRIGGER payee_route_no_delete BEFORE DELETE ON payee_route
BEGIN
	SELECT RAISE(ABORT, 'payee_route: nothing is removed');
END;

CREATE TRIGGER payee_route_not_blind BEFORE UPDATE OF status ON payee_route
	WHEN NEW.status = 'approved'
BEGIN
	SELECT RAISE(ABORT, 'payee_route: a payment of the family is on its way')
		WHERE EXISTS (SELECT 1 FROM instruction WHERE family_id = NEW.family_id AND status = 'sent');
END;

CREATE TABLE payee_route (
	id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	programme TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('heir', 'substitute', 'guardian', 'post')),
	holder TEXT NOT NULL,
	relation TEXT NOT NULL,
	bank TEXT NOT NULL,
	number_sealed BLOB,
	number_blind BLOB,
	number_masked TEXT NOT NULL,
	evidence TEXT NOT NULL CHECK (evidence <> ''),
	note TEXT NOT NULL,
	proposer TEXT NOT NULL CHECK (proposer <> ''),
	proposed_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'refused', 'ended')),
	approver TEXT,
	decided_at INTEGER,
	CONSTRAINT route_by_two CHECK (approver IS NULL OR approver <> proposer),
	CONSTRAINT route_is_decided CHECK ((status = 'proposed') = (approver IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX payee_route_area ON payee_route (status, area);

CREATE INDEX payee_route_family ON payee_route (family_id);

CREATE UNIQUE INDEX payee_route_one ON payee_route (family_id, programme) WHERE status = 'approved';

CREATE TRIGGER payment_exception_fixed BEFORE UPDATE OF id, area, list_id, line_no, family_id, file_id, file_line, code, said, amount, opened_at ON payment_exception
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: this never changes');
END;

CREATE TRIGGER payment_exception_moves BEFORE UPDATE OF status ON payment_exception
	WHEN OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ('open>proposed', 'proposed>open', 'proposed>resolved', 'open>lapsed', 'proposed>lapsed')
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: an exception does not move that way');
END;

CREATE TRIGGER payment_exception_no_delete BEFORE DELETE ON payment_exception
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: nothing is removed');
END;

CREATE TRIGGER payment_exception_told BEFORE UPDATE OF detail ON payment_exception
	WHEN NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'payment_exception: this never changes');
END;

CREATE TABLE payment_exception (
	id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	line_no INTEGER,
	family_id BLOB,
	file_id BLOB REFERENCES return_file (id),
	file_line INTEGER,
	code TEXT NOT NULL,
	said TEXT NOT NULL,
	detail TEXT NOT NULL,
	amount INTEGER NOT NULL,
	opened_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'proposed', 'resolved', 'lapsed')),
	action TEXT NOT NULL DEFAULT '',
	note TEXT NOT NULL DEFAULT '',
	proposer TEXT,
	proposed_at INTEGER,
	approver TEXT,
	resolved_at INTEGER,
	CONSTRAINT approver_is_another CHECK (approver IS NULL OR (proposer IS NOT NULL AND approver <> proposer)),
	CONSTRAINT proposed_by_somebody CHECK (status IN ('open', 'lapsed') OR (proposer IS NOT NULL AND action <> '')),
	CONSTRAINT resolved_by_two CHECK ((status = 'resolved') = (approver IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX payment_exception_list ON payment_exception (list_id, line_no);

CREATE INDEX payment_exception_open ON payment_exception (status, opened_at);

CREATE TRIGGER payment_file_fixed BEFORE UPDATE OF batch, list_id, area ON payment_file
BEGIN
	SELECT RAISE(ABORT, 'payment_file: this never changes');
END;

CREATE TRIGGER payment_file_moves BEFORE UPDATE OF state ON payment_file
	WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ('due>cut', 'cut>due', 'cut>handing', 'handing>handed', 'handing>cut')
BEGIN
	SELECT RAISE(ABORT, 'payment_file: a file does not move that way');
END;

CREATE TRIGGER payment_file_no_delete BEFORE DELETE ON payment_file
BEGIN
	SELECT RAISE(ABORT, 'payment_file: nothing is removed');
END;

CREATE TRIGGER payment_file_once BEFORE UPDATE OF sha256, name, lines, total ON payment_file
	WHEN OLD.sha256 IS NOT NULL AND NEW.state <> 'due' AND (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.name <> NEW.name OR OLD.lines <> NEW.lines OR OLD.total <> NEW.total)
BEGIN
	SELECT RAISE(ABORT, 'payment_file: a file that was cut stays as it is');
END;

CREATE TABLE payment_file (
	batch TEXT PRIMARY KEY,
	list_id BLOB NOT NULL UNIQUE REFERENCES pay_list (id),
	area TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('due', 'cut', 'handing', 'handed')),
	name TEXT NOT NULL DEFAULT '',
	sha256 BLOB CHECK (length(sha256) = 32),
	lines INTEGER NOT NULL,
	total INTEGER NOT NULL,
	tries INTEGER NOT NULL DEFAULT 0,
	cut_at INTEGER,
	handing_at INTEGER,
	handed_at INTEGER,
	receipt TEXT NOT NULL DEFAULT '',
	CONSTRAINT cut_is_known CHECK (state = 'due' OR (sha256 IS NOT NULL AND name <> ''))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER payment_hold_fixed BEFORE UPDATE OF id, area, family_id, programme, placed_by, placed_at ON payment_hold
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: this never changes');
END;

CREATE TRIGGER payment_hold_lifted BEFORE UPDATE ON payment_hold
	WHEN OLD.lifted_by IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
		OR NEW.lifted_by IS NOT OLD.lifted_by OR NEW.lifted_at IS NOT OLD.lifted_at)
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: a hold is lifted once');
END;

CREATE TRIGGER payment_hold_no_delete BEFORE DELETE ON payment_hold
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: nothing is removed');
END;

CREATE TRIGGER payment_hold_told BEFORE UPDATE OF reason ON payment_hold
	WHEN NOT EXISTS (SELECT 1 FROM erasing e WHERE e.id = OLD.family_id)
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: this never changes');
END;

CREATE TABLE payment_hold (
	id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	family_id BLOB,
	programme TEXT NOT NULL,
	reason TEXT NOT NULL CHECK (reason <> ''),
	placed_by TEXT NOT NULL CHECK (placed_by <> ''),
	placed_at INTEGER NOT NULL,
	lifted_by TEXT,
	lifted_at INTEGER,
	lifted_why TEXT NOT NULL DEFAULT '',
	CONSTRAINT lifted_by_another CHECK (lifted_by IS NULL OR (lifted_by <> placed_by AND lifted_at IS NOT NULL AND lifted_why <> ''))
) STRICT, WITHOUT ROWID;

CREATE INDEX payment_hold_family ON payment_hold (family_id) WHERE family_id IS NOT NULL;

CREATE INDEX payment_hold_standing ON payment_hold (area) WHERE lifted_by IS NULL;

CREATE TRIGGER person_first_version BEFORE UPDATE ON person
WHEN EXISTS (SELECT 1 FROM family f WHERE f.id = OLD.family_id AND f.origin IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'the first version of a family is written out before it changes');
END;

CREATE TRIGGER person_first_version_stays BEFORE DELETE ON person
WHEN EXISTS (SELECT 1 FROM family f WHERE f.id = OLD.family_id AND f.origin IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'the first version of a family is written out before it changes');
END;

CREATE TABLE "person" (
	family_id BLOB NOT NULL,
	id BLOB NOT NULL CHECK (length(id) = 16),
	area TEXT NOT NULL,
	name TEXT NOT NULL,
	name_key TEXT NOT NULL,
	born TEXT,
	female INTEGER NOT NULL CHECK (female IN (0, 1)),
	relation INTEGER NOT NULL,
	mother_name TEXT NOT NULL,
	nik_sealed BLOB,
	nik_blind BLOB CHECK (length(nik_blind) = 16),
	status TEXT NOT NULL CHECK (status = 'active' OR status IN ('dead', 'moved', 'duplicate', 'not_found')),
	facts BLOB NOT NULL,
	observed_on TEXT NOT NULL,
	PRIMARY KEY (family_id, id),
	CHECK ((nik_sealed IS NULL) = (nik_blind IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX person_name ON person (name_key);

CREATE INDEX person_nik ON person (nik_blind) WHERE nik_blind IS NOT NULL;

CREATE TRIGGER post_proof_no_delete BEFORE DELETE ON post_proof
BEGIN
	SELECT RAISE(ABORT, 'post_proof: nothing is removed');
END;

CREATE TRIGGER post_proof_no_update BEFORE UPDATE ON post_proof
BEGIN
	SELECT RAISE(ABORT, 'post_proof: nothing is changed')
		WHERE NOT EXISTS (SELECT 1 FROM erasing e JOIN instruction i ON i.family_id = e.id WHERE i.list_id = OLD.list_id AND i.line_no = OLD.line_no)
			OR NEW.file_id <> OLD.file_id OR NEW.line <> OLD.line OR NEW.list_id <> OLD.list_id OR NEW.line_no <> OLD.line_no OR NEW.at <> OLD.at OR NEW.digest <> OLD.digest;
END;

CREATE TABLE post_proof (
	file_id BLOB NOT NULL,
	line INTEGER NOT NULL,
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	line_no INTEGER NOT NULL,
	at INTEGER NOT NULL,
	lat TEXT NOT NULL,
	lon TEXT NOT NULL,
	photo BLOB NOT NULL,
	signature BLOB NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	PRIMARY KEY (file_id, line),
	FOREIGN KEY (file_id, line) REFERENCES return_line (file_id, line)
) STRICT, WITHOUT ROWID;

CREATE INDEX post_proof_line ON post_proof (list_id, line_no);

CREATE TABLE programme_version (
	id BLOB PRIMARY KEY,
	programme TEXT NOT NULL,
	valid_from TEXT NOT NULL,
	base TEXT NOT NULL,
	title TEXT NOT NULL CHECK (title <> ''),
	published TEXT NOT NULL,
	edit TEXT NOT NULL,
	text TEXT NOT NULL,
	digest TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('proposed', 'enacted', 'rejected')),
	proposed_at INTEGER NOT NULL,
	proposed_by TEXT NOT NULL,
	decided_at INTEGER,
	decided_by TEXT,
	note TEXT NOT NULL,
	CHECK ((decided_by IS NULL) = (state = 'proposed')),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX programme_version_day ON programme_version (programme, valid_from) WHERE state = 'enacted';

CREATE UNIQUE INDEX programme_version_waiting ON programme_version (programme) WHERE state = 'proposed';

CREATE TABLE quality_day (
	day TEXT PRIMARY KEY,
	at INTEGER NOT NULL,
	turn INTEGER NOT NULL,
	families INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE ranking (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	snapshot_id BLOB NOT NULL REFERENCES snapshot (id),
	model TEXT NOT NULL,
	model_digest TEXT NOT NULL,
	as_of TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	summary TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER recoverable_begins BEFORE INSERT ON recoverable
	WHEN NEW.status <> 'open' OR NEW.paid <> 0
BEGIN
	SELECT RAISE(ABORT, 'recoverable: a claim begins open and unpaid');
END;

CREATE TRIGGER recoverable_fixed BEFORE UPDATE OF id, area, list_id, line_no, family_id, exception_id, cause, debtor, source, amount, entry, opened_at, proposer, approver ON recoverable
BEGIN
	SELECT RAISE(ABORT, 'recoverable: this never changes');
END;

CREATE TRIGGER recoverable_moves BEFORE UPDATE OF status, paid ON recoverable
	WHEN OLD.status <> 'open' OR NEW.paid < OLD.paid
BEGIN
	SELECT RAISE(ABORT, 'recoverable: a claim that ended stays as it is');
END;

CREATE TRIGGER recoverable_no_delete BEFORE DELETE ON recoverable
BEGIN
	SELECT RAISE(ABORT, 'recoverable: nothing is removed');
END;

CREATE TABLE recoverable (
	id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	line_no INTEGER NOT NULL,
	family_id BLOB NOT NULL,
	exception_id BLOB NOT NULL UNIQUE REFERENCES payment_exception (id),
	cause TEXT NOT NULL,
	debtor TEXT NOT NULL CHECK (debtor IN ('recipient', 'channel')),
	source TEXT NOT NULL CHECK (source IN ('channel', 'allotment', 'treasury')),
	amount INTEGER NOT NULL CHECK (amount > 0),
	paid INTEGER NOT NULL DEFAULT 0,
	entry INTEGER NOT NULL REFERENCES ledger_entry (seq),
	opened_at INTEGER NOT NULL,
	proposer TEXT NOT NULL,
	approver TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'settled', 'waived')),
	waiver TEXT,
	waived_by TEXT,
	waived_note TEXT NOT NULL DEFAULT '',
	waived_entry INTEGER REFERENCES ledger_entry (seq),
	CONSTRAINT claim_of_two CHECK (approver <> proposer),
	CONSTRAINT paid_within CHECK (paid >= 0 AND paid <= amount),
	CONSTRAINT settled_is_paid CHECK ((status = 'settled') = (paid = amount)),
	CONSTRAINT waived_by_two CHECK (status <> 'waived' OR (waiver IS NOT NULL AND waived_by IS NOT NULL AND waiver <> waived_by AND waived_note <> ''))
) STRICT, WITHOUT ROWID;

CREATE INDEX recoverable_area ON recoverable (status, opened_at);

CREATE INDEX recoverable_line ON recoverable (list_id, line_no);

CREATE TRIGGER repayment_begins BEFORE INSERT ON repayment
	WHEN NEW.status <> 'proposed'
BEGIN
	SELECT RAISE(ABORT, 'repayment: an instalment begins proposed');
END;

CREATE TRIGGER repayment_fixed BEFORE UPDATE OF recoverable_id, no, amount, paid_on, document, proposer, proposed_at ON repayment
BEGIN
	SELECT RAISE(ABORT, 'repayment: this never changes');
END;

CREATE TRIGGER repayment_moves BEFORE UPDATE ON repayment
	WHEN OLD.status <> 'proposed'
BEGIN
	SELECT RAISE(ABORT, 'repayment: an instalment is decided once');
END;

CREATE TRIGGER repayment_no_delete BEFORE DELETE ON repayment
BEGIN
	SELECT RAISE(ABORT, 'repayment: nothing is removed');
END;

CREATE TABLE repayment (
	recoverable_id BLOB NOT NULL REFERENCES recoverable (id),
	no INTEGER NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	paid_on TEXT NOT NULL,
	document TEXT NOT NULL CHECK (document <> ''),
	proposer TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'refused')),
	approver TEXT,
	approved_at INTEGER,
	entry INTEGER REFERENCES ledger_entry (seq),
	PRIMARY KEY (recoverable_id, no),
	CONSTRAINT repayment_by_two CHECK (approver IS NULL OR approver <> proposer),
	CONSTRAINT approved_is_entered CHECK ((status = 'approved') = (entry IS NOT NULL) AND (status = 'proposed') = (approver IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX repayment_slip ON repayment (document) WHERE status <> 'refused';

CREATE TRIGGER restoration_no_delete BEFORE DELETE ON restoration
BEGIN
	SELECT RAISE(ABORT, 'a restoration is never altered');
END;

CREATE TRIGGER restoration_no_update BEFORE UPDATE ON restoration
BEGIN
	SELECT RAISE(ABORT, 'a restoration is never altered');
END;

CREATE TABLE restoration (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	at INTEGER NOT NULL,
	copied_at INTEGER NOT NULL,
	entries INTEGER NOT NULL,
	known INTEGER NOT NULL,
	erased INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER restoration_statement_no_delete BEFORE DELETE ON restoration_statement
BEGIN
	SELECT RAISE(ABORT, 'a statement is decided once and never altered');
END;

CREATE TRIGGER restoration_statement_no_update BEFORE UPDATE ON restoration_statement
BEGIN
	SELECT RAISE(ABORT, 'a statement is decided once and never altered')
		WHERE OLD.status <> 'waiting' OR NEW.id <> OLD.id OR NEW.restoration_id <> OLD.restoration_id OR NEW.area <> OLD.area
			OR NEW.gone <> OLD.gone OR NEW.reason <> OLD.reason OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_at <> OLD.proposed_at;
END;

CREATE TABLE restoration_statement (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	restoration_id BLOB NOT NULL REFERENCES restoration (id),
	area TEXT NOT NULL,
	gone TEXT NOT NULL,
	reason TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'rejected')),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	decided_by TEXT,
	decided_at INTEGER,
	CHECK ((status = 'waiting') = (decided_by IS NULL)),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE TABLE retention_hold (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	basis TEXT NOT NULL,
	why BLOB NOT NULL,
	by_login TEXT NOT NULL,
	at INTEGER NOT NULL,
	ended_by TEXT NOT NULL,
	ended_at INTEGER,
	CHECK ((ended_at IS NULL) = (ended_by = ''))
) STRICT, WITHOUT ROWID;

CREATE INDEX retention_hold_family ON retention_hold (family_id);

CREATE TRIGGER return_file_no_delete BEFORE DELETE ON return_file
BEGIN
	SELECT RAISE(ABORT, 'return_file: nothing is removed');
END;

CREATE TRIGGER return_file_no_update BEFORE UPDATE ON return_file
BEGIN
	SELECT RAISE(ABORT, 'return_file: nothing is changed');
END;

CREATE TABLE return_file (
	id BLOB PRIMARY KEY,
	sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
	name TEXT NOT NULL,
	batch TEXT NOT NULL,
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	area TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	lines INTEGER NOT NULL,
	matched INTEGER NOT NULL,
	explained INTEGER NOT NULL,
	queued INTEGER NOT NULL,
	credited INTEGER NOT NULL,
	returned INTEGER NOT NULL,
	CONSTRAINT every_line_is_judged CHECK (lines = matched + explained + queued)
) STRICT, WITHOUT ROWID;

CREATE INDEX return_file_list ON return_file (list_id);

CREATE TRIGGER return_line_no_delete BEFORE DELETE ON return_line
BEGIN
	SELECT RAISE(ABORT, 'return_line: nothing is removed');
END;

CREATE TRIGGER return_line_no_update BEFORE UPDATE ON return_line
BEGIN
	SELECT RAISE(ABORT, 'return_line: nothing is changed');
END;

CREATE TABLE return_line (
	file_id BLOB NOT NULL REFERENCES return_file (id),
	line INTEGER NOT NULL,
	reference TEXT NOT NULL,
	status TEXT NOT NULL,
	code TEXT NOT NULL,
	amount INTEGER NOT NULL,
	at INTEGER NOT NULL,
	verdict TEXT NOT NULL CHECK (verdict IN ('matched', 'explained', 'queued')),
	reason TEXT NOT NULL,
	line_no INTEGER,
	PRIMARY KEY (file_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE right_knock (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	at INTEGER NOT NULL,
	sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE right_request (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('access', 'correction', 'suspension', 'withdrawal', 'erasure')),
	came TEXT NOT NULL CHECK (came IN ('office', 'public')),
	taken_by TEXT NOT NULL,
	at INTEGER NOT NULL,
	due INTEGER NOT NULL CHECK (due > at),
	text BLOB NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'granted', 'refused', 'ended')),
	decided_by TEXT NOT NULL,
	decided_at INTEGER,
	answer BLOB,
	CHECK ((status = 'open') = (decided_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX right_request_area ON right_request (area, due);

CREATE INDEX right_request_family ON right_request (family_id);

CREATE TABLE run (
	id BLOB PRIMARY KEY,
	kind TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
	dry INTEGER NOT NULL CHECK (dry IN (0, 1)),
	args TEXT NOT NULL,
	actor TEXT NOT NULL,
	progress TEXT NOT NULL,
	result TEXT NOT NULL,
	failure TEXT NOT NULL,
	cancel INTEGER NOT NULL CHECK (cancel IN (0, 1)),
	attempt INTEGER NOT NULL,
	asked_at INTEGER NOT NULL,
	started_at INTEGER NOT NULL,
	beat_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX run_asked ON run (asked_at, id);

CREATE INDEX run_state ON run (state, beat_at);

CREATE TABLE saved_rule (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	name TEXT NOT NULL UNIQUE CHECK (name <> ''),
	rule TEXT NOT NULL CHECK (rule <> ''),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE schema_migration (
	name TEXT PRIMARY KEY,
	digest TEXT NOT NULL,
	applied_at BIGINT NOT NULL
);

CREATE TABLE session (
	token BLOB PRIMARY KEY,
	staff_id BLOB NOT NULL REFERENCES staff (id),
	created_at INTEGER NOT NULL,
	seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_staff ON session (staff_id);

CREATE TABLE shop (
	id BLOB PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	owner TEXT NOT NULL,
	area TEXT NOT NULL CHECK (area <> ''),
	address TEXT NOT NULL,
	edc TEXT NOT NULL,
	active INTEGER NOT NULL CHECK (active IN (0, 1)),
	actor TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX shop_area ON shop (area);

CREATE TRIGGER shop_check_no_delete BEFORE DELETE ON shop_check
BEGIN
	SELECT RAISE(ABORT, 'shop_check: nothing is removed');
END;

CREATE TRIGGER shop_check_no_update BEFORE UPDATE ON shop_check
BEGIN
	SELECT RAISE(ABORT, 'shop_check: nothing is changed');
END;

CREATE TABLE shop_check (
	id BLOB PRIMARY KEY,
	shop_id BLOB NOT NULL REFERENCES shop (id),
	area TEXT NOT NULL,
	day TEXT NOT NULL,
	edc_works INTEGER NOT NULL CHECK (edc_works IN (0, 1)),
	only_allowed INTEGER NOT NULL CHECK (only_allowed IN (0, 1)),
	package_forced INTEGER NOT NULL CHECK (package_forced IN (0, 1)),
	card_kept INTEGER NOT NULL CHECK (card_kept IN (0, 1)),
	note TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	UNIQUE (shop_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE shop_finding (
	id BLOB PRIMARY KEY,
	check_id BLOB NOT NULL REFERENCES shop_check (id),
	shop_id BLOB NOT NULL REFERENCES shop (id),
	area TEXT NOT NULL,
	code TEXT NOT NULL CHECK (code IN ('price', 'forbidden_goods', 'edc', 'package', 'card_kept')),
	detail TEXT NOT NULL,
	due TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
	follow_up TEXT NOT NULL DEFAULT '',
	closer TEXT,
	closed_at INTEGER,
	CONSTRAINT closed_with_a_deed CHECK (status = 'open' OR (follow_up <> '' AND closer IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX shop_finding_area ON shop_finding (area, status);

CREATE TRIGGER shop_price_no_delete BEFORE DELETE ON shop_price
BEGIN
	SELECT RAISE(ABORT, 'shop_price: nothing is removed');
END;

CREATE TRIGGER shop_price_no_update BEFORE UPDATE ON shop_price
BEGIN
	SELECT RAISE(ABORT, 'shop_price: nothing is changed');
END;

CREATE TABLE shop_price (
	check_id BLOB NOT NULL REFERENCES shop_check (id),
	item TEXT NOT NULL,
	price INTEGER NOT NULL CHECK (price > 0),
	market INTEGER NOT NULL CHECK (market > 0),
	PRIMARY KEY (check_id, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE shredding (
	position INTEGER PRIMARY KEY,
	at INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_in_attempt (
	login TEXT PRIMARY KEY,
	failures INTEGER NOT NULL,
	last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	as_of TEXT NOT NULL,
	scope TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	families INTEGER NOT NULL CHECK (families >= 0),
	members INTEGER NOT NULL CHECK (members >= 0),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX snapshot_created ON snapshot (created_at);

CREATE TABLE staff (
	id BLOB PRIMARY KEY,
	login TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	password TEXT NOT NULL,
	roles TEXT NOT NULL,
	scope TEXT NOT NULL,
	unit TEXT NOT NULL,
	active INTEGER NOT NULL CHECK (active IN (0, 1)),
	created_at INTEGER NOT NULL,
	changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE suspension (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	since INTEGER NOT NULL,
	begun_by TEXT NOT NULL,
	ended_at INTEGER,
	ended_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX suspension_family ON suspension (family_id) WHERE ended_at IS NULL;

CREATE TABLE unmask_export (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	login TEXT NOT NULL,
	area TEXT NOT NULL,
	at INTEGER NOT NULL,
	until INTEGER NOT NULL CHECK (until > at),
	reason TEXT NOT NULL CHECK (reason <> ''),
	given_by TEXT NOT NULL,
	used_at INTEGER,
	CHECK (given_by <> login)
) STRICT, WITHOUT ROWID;

CREATE INDEX unmask_export_login ON unmask_export (login, until);

CREATE TABLE unmask_lift (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	login TEXT NOT NULL,
	extra INTEGER NOT NULL CHECK (extra > 0),
	at INTEGER NOT NULL,
	until INTEGER NOT NULL CHECK (until > at),
	reason TEXT NOT NULL CHECK (reason <> ''),
	given_by TEXT NOT NULL,
	CHECK (given_by <> login)
) STRICT, WITHOUT ROWID;

CREATE INDEX unmask_lift_login ON unmask_lift (login, until);

CREATE TABLE unmasking (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	subject BLOB NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('nik', 'kk', 'account')),
	login TEXT NOT NULL,
	at INTEGER NOT NULL,
	purpose TEXT NOT NULL,
	reason TEXT NOT NULL,
	namesake INTEGER NOT NULL CHECK (namesake IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX unmasking_at ON unmasking (at);

CREATE INDEX unmasking_login ON unmasking (login, at);

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

CREATE INDEX village_meeting_held ON village_meeting (held_on, id);

CREATE UNIQUE INDEX village_meeting_once ON village_meeting (area, held_on, minutes) WHERE withdrawn_by = '';

CREATE TABLE village_place (
	meeting_id BLOB NOT NULL REFERENCES village_meeting (id),
	family_id BLOB NOT NULL CHECK (length(family_id) = 16),
	area TEXT NOT NULL,
	place INTEGER NOT NULL CHECK (place > 0),
	PRIMARY KEY (meeting_id, family_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE what_if (
	id BLOB PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	determination_id BLOB NOT NULL REFERENCES determination (id),
	question TEXT NOT NULL,
	answer TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
