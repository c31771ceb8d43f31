CREATE TABLE recoverable (
	id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL,
	list_id UUID NOT NULL REFERENCES pay_list (id),
	line_no BIGINT NOT NULL,
	family_id UUID NOT NULL,
	exception_id UUID NOT NULL UNIQUE REFERENCES payment_exception (id),
	cause TEXT NOT NULL,
	debtor TEXT NOT NULL CHECK (debtor IN ('recipient', 'channel')),
	source TEXT NOT NULL CHECK (source IN ('channel', 'allotment', 'treasury')),
	amount BIGINT NOT NULL CHECK (amount > 0),
	paid BIGINT NOT NULL DEFAULT 0,
	entry BIGINT NOT NULL REFERENCES ledger_entry (seq),
	opened_at BIGINT NOT NULL,
	proposer TEXT NOT NULL,
	approver TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'settled', 'waived')),
	waiver TEXT,
	waived_by TEXT,
	waived_note TEXT NOT NULL DEFAULT '',
	waived_entry BIGINT REFERENCES ledger_entry (seq),
	CONSTRAINT claim_of_two CHECK (approver <> proposer),
	CONSTRAINT paid_within CHECK (paid >= 0 AND paid <= amount),
	CONSTRAINT settled_is_paid CHECK ((status = 'settled') = (paid = amount)),
	CONSTRAINT waived_by_two CHECK (status <> 'waived' OR (waiver IS NOT NULL AND waived_by IS NOT NULL AND waiver <> waived_by AND waived_note <> ''))
);
CREATE INDEX recoverable_area ON recoverable (status, opened_at);
CREATE INDEX recoverable_line ON recoverable (list_id, line_no);
CREATE TABLE repayment (
	recoverable_id UUID NOT NULL REFERENCES recoverable (id),
	no BIGINT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	paid_on TEXT NOT NULL,
	document TEXT NOT NULL CHECK (document <> ''),
	proposer TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'refused')),
	approver TEXT,
	approved_at BIGINT,
	entry BIGINT REFERENCES ledger_entry (seq),
	PRIMARY KEY (recoverable_id, no),
	CONSTRAINT repayment_by_two CHECK (approver IS NULL OR approver <> proposer),
	CONSTRAINT approved_is_entered CHECK ((status = 'approved') = (entry IS NOT NULL) AND (status = 'proposed') = (approver IS NULL))
);
CREATE UNIQUE INDEX repayment_slip ON repayment (document) WHERE status <> 'refused';
CREATE TRIGGER recoverable_no_delete BEFORE DELETE ON recoverable
	FOR EACH ROW
	EXECUTE FUNCTION refuse('recoverable: nothing is removed');
CREATE TRIGGER recoverable_begins BEFORE INSERT ON recoverable
	FOR EACH ROW WHEN (NEW.status <> 'open' OR NEW.paid <> 0)
	EXECUTE FUNCTION refuse('recoverable: a claim begins open and unpaid');
CREATE TRIGGER recoverable_fixed BEFORE UPDATE OF id, area, list_id, line_no, family_id, exception_id, cause, debtor, source, amount, entry, opened_at, proposer, approver ON recoverable
	FOR EACH ROW
	EXECUTE FUNCTION refuse('recoverable: this never changes');
CREATE TRIGGER recoverable_moves BEFORE UPDATE OF status, paid ON recoverable
	FOR EACH ROW WHEN (OLD.status <> 'open' OR NEW.paid < OLD.paid)
	EXECUTE FUNCTION refuse('recoverable: a claim that ended stays as it is');
CREATE TRIGGER repayment_no_delete BEFORE DELETE ON repayment
	FOR EACH ROW
	EXECUTE FUNCTION refuse('repayment: nothing is removed');
CREATE TRIGGER repayment_begins BEFORE INSERT ON repayment
	FOR EACH ROW WHEN (NEW.status <> 'proposed')
	EXECUTE FUNCTION refuse('repayment: an instalment begins proposed');
CREATE TRIGGER repayment_fixed BEFORE UPDATE OF recoverable_id, no, amount, paid_on, document, proposer, proposed_at ON repayment
	FOR EACH ROW
	EXECUTE FUNCTION refuse('repayment: this never changes');
CREATE TRIGGER repayment_moves BEFORE UPDATE ON repayment
	FOR EACH ROW WHEN (OLD.status <> 'proposed')
	EXECUTE FUNCTION refuse('repayment: an instalment is decided once');
