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
CREATE TRIGGER recoverable_no_delete BEFORE DELETE ON recoverable
BEGIN
	SELECT RAISE(ABORT, 'recoverable: nothing is removed');
END;
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
CREATE TRIGGER repayment_no_delete BEFORE DELETE ON repayment
BEGIN
	SELECT RAISE(ABORT, 'repayment: nothing is removed');
END;
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
