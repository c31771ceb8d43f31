package delivery

// Failpoint is called between any two steps of a payment, with the step's
// name. It does nothing in the program; the kill test gives one that ends the
// process. There is no way to set it from outside.
type Failpoint func(step string)

// The steps between which a process may die.
const (
	FailMakeWritten      = "make.written" // lines are written, not committed
	FailMakeDone         = "make.done"    // committed
	FailAccountsDone     = "accounts.done"
	FailCheckDone        = "check.done"
	FailReleasePosted    = "release.posted" // ledger entries are written, not committed
	FailReleaseDone      = "release.done"
	FailCutBuilt         = "cut.built"     // the file's bytes are known
	FailCutTemporary     = "cut.temporary" // they are on disk under another name
	FailCutRenamed       = "cut.renamed"   // the file is there, not recorded
	FailCutDone          = "cut.done"
	FailSendRecut        = "send.recut"     // somebody on the file must not be paid: it is due again
	FailSendMarked       = "send.marked"    // "outcome unknown" is committed, nothing is sent
	FailSendSubmitted    = "send.submitted" // the channel has it, nothing is recorded
	FailSendDone         = "send.done"
	FailEnquireAnswered  = "enquire.answered" // the channel answered, nothing is recorded
	FailEnquireDone      = "enquire.done"
	FailReconcileWritten = "reconcile.written" // findings are written, not committed
	FailReconcileMoved   = "reconcile.moved"   // lines and ledger too
	FailReconcileDone    = "reconcile.done"
	FailClaimOpened      = "claim.opened" // posted, not committed
	FailResolveMoved     = "resolve.moved"
	FailResolveDone      = "resolve.done"
)

// Failpoints lists every step, in the order of a payment.
var Failpoints = []string{FailMakeWritten, FailMakeDone, FailAccountsDone, FailCheckDone, FailReleasePosted, FailReleaseDone,
	FailCutBuilt, FailCutTemporary, FailCutRenamed, FailCutDone, FailSendRecut, FailSendMarked, FailSendSubmitted, FailSendDone,
	FailEnquireAnswered, FailEnquireDone, FailReconcileWritten, FailReconcileMoved, FailReconcileDone, FailClaimOpened, FailResolveMoved, FailResolveDone}
