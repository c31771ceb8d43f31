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
CREATE INDEX payment_hold_standing ON payment_hold (area) WHERE lifted_by IS NULL;
CREATE INDEX payment_hold_family ON payment_hold (family_id) WHERE family_id IS NOT NULL;
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
CREATE UNIQUE INDEX payee_route_one ON payee_route (family_id, programme) WHERE status = 'approved';
CREATE INDEX payee_route_family ON payee_route (family_id);
CREATE INDEX payee_route_area ON payee_route (status, area);
CREATE TRIGGER payment_hold_no_delete BEFORE DELETE ON payment_hold
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: nothing is removed');
END;
CREATE TRIGGER payment_hold_fixed BEFORE UPDATE OF id, area, family_id, programme, reason, placed_by, placed_at ON payment_hold
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: this never changes');
END;
CREATE TRIGGER payment_hold_lifted BEFORE UPDATE ON payment_hold
	WHEN OLD.lifted_by IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'payment_hold: a hold is lifted once');
END;
CREATE TRIGGER payee_route_no_delete BEFORE DELETE ON payee_route
BEGIN
	SELECT RAISE(ABORT, 'payee_route: nothing is removed');
END;
CREATE TRIGGER payee_route_begins BEFORE INSERT ON payee_route
	WHEN NEW.status <> 'proposed'
BEGIN
	SELECT RAISE(ABORT, 'payee_route: a route begins proposed');
END;
CREATE TRIGGER payee_route_fixed BEFORE UPDATE OF id, area, family_id, programme, kind, holder, relation, bank, number_sealed, number_blind, number_masked, evidence, note, proposer, proposed_at ON payee_route
BEGIN
	SELECT RAISE(ABORT, 'payee_route: this never changes');
END;
CREATE TRIGGER payee_route_moves BEFORE UPDATE OF status ON payee_route
	WHEN OLD.status || '>' || NEW.status NOT IN ('proposed>approved', 'proposed>refused', 'approved>ended')
BEGIN
	SELECT RAISE(ABORT, 'payee_route: a route does not move that way');
END;
CREATE TRIGGER payee_route_not_blind BEFORE UPDATE OF status ON payee_route
	WHEN NEW.status = 'approved'
BEGIN
	SELECT RAISE(ABORT, 'payee_route: a payment of the family is on its way')
		WHERE EXISTS (SELECT 1 FROM instruction WHERE family_id = NEW.family_id AND status = 'sent');
END;
