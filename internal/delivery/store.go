package delivery

import (
	"context"
	"iter"
	"time"

	"gotong/internal/ident"
	"gotong/internal/money"
)

// Act is one step of a list, as its history keeps it.
type Act struct {
	ListID ident.ID
	No     int64 // given by the store: 1, 2, 3, …
	Kind   ActKind
	Actor  string
	At     time.Time
	Entry  int64    // Seq of its ledger entry; 0 for none
	FileID ident.ID // return file that it rests on; zero for none
	Note   string
	Sum    Sum // of the lines that it moved
}

// ActKind names a step.
type ActKind string

// The steps.
const (
	ActMade      ActKind = "made"
	ActHeld      ActKind = "held"
	ActUnheld    ActKind = "unheld"
	ActVoided    ActKind = "voided"
	ActDiscarded ActKind = "discarded"
	ActChecked   ActKind = "checked"
	ActReleased  ActKind = "released"
	ActCut       ActKind = "cut"
	ActSent      ActKind = "sent"
	ActReceipt   ActKind = "receipt"
	ActTakenBack ActKind = "taken_back"
	ActSettled   ActKind = "settled"
	ActHandover  ActKind = "handover"
	ActReissued  ActKind = "reissued"
	ActRemitted  ActKind = "remitted"
	ActRequeued  ActKind = "requeued"
	ActDropped   ActKind = "dropped"
	ActCorrected ActKind = "corrected"
	ActAccounts  ActKind = "accounts" // the bank was asked about the accounts
	ActUsed      ActKind = "used"
	ActUnclaimed ActKind = "unclaimed"
	ActCalled    ActKind = "called_back" // what was unclaimed came back
	ActRecut     ActKind = "recut"       // somebody must not be paid any more: the file is cut anew
	ActClaimed   ActKind = "claimed"     // a claim was opened
)

// LineMove moves one line.
type LineMove struct {
	LineNo int64
	Code   Code
	Short  money.Rupiah // what the bank failed to credit; 0 leaves it
}

// Home is whose a line is.
type Home struct {
	FamilyID ident.ID
	Area     string
}

// ListFilter chooses pay lists.
type ListFilter struct {
	Programme string
	Period    string
	Area      string // beginning of the list's area
	Status    ListStatus
	Fund      string
	Offset    int
	Limit     int
}

// ListRow is a pay list in a list of lists.
type ListRow struct {
	PayList
	Sums Sums
}

// LineFilter chooses lines of a list.
type LineFilter struct {
	Status Status
	Code   Code
	Area   string
	After  int64 // lines after this number
	Before int64 // lines before this number, the last ones of them; 0 is none
	Limit  int
}

// Event is a step in one line's life.
type Event struct {
	Act
	Status Status
	Code   Code
}

// Living is told of every part that is paid or on its way to be.
type Living func(beneficiary ident.ID, component string)

// Store keeps lists, files and exceptions. Every method works in the
// transaction of its context and sees only what lies in the actor's areas.
type Store interface {
	lists
	lines
	files
	exceptions
	claims
	holds
	routes
	answers
	// Forget blanks who was paid of those who are erased, and returns what
	// else names them.
	Forget(ctx context.Context, g Gone) (Named, error)
	// Check looks for what must not be, and returns by invariant what it
	// found; see Invariants.
	Check(ctx context.Context) ([]Violation, error)
}

type lists interface {
	// Number returns the next number of a programme's lists for a period,
	// from 1; whoever asks next waits until this transaction ends.
	Number(ctx context.Context, programme string, p Period) (int, error)
	// AddList adds a draft.
	AddList(ctx context.Context, l *PayList) error
	// Lock returns a list and has others wait for it until the transaction's
	// end; fault.NotFound when there is none in the actor's area.
	Lock(ctx context.Context, id ident.ID) (*PayList, error)
	// List is Lock without waiting.
	List(ctx context.Context, id ident.ID) (*PayList, error)
	// ByNumber returns a list by its number; fault.NotFound as List.
	ByNumber(ctx context.Context, number string) (*PayList, error)
	// SaveList writes what may change of a list.
	SaveList(ctx context.Context, l *PayList) error
	// Lists returns lists, newest first, and how many there are in all.
	Lists(ctx context.Context, f ListFilter) ([]ListRow, int64, error)
	// Tally returns a list's sums as they were last recounted.
	Tally(ctx context.Context, id ident.ID) (Sums, error)
	// Sums counts a list's lines by status, from the lines.
	Sums(ctx context.Context, id ident.ID) (Sums, error)
	// Acts returns a list's history, oldest first.
	Acts(ctx context.Context, id ident.ID) ([]Act, error)
}

type lines interface {
	// Living gives all living parts of a programme and period.
	Living(ctx context.Context, programme string, p Period, fn Living) error
	// Serialise has others who make lists of a programme wait until this
	// transaction ends.
	Serialise(ctx context.Context, programme string) error
	// Adjusted adds up a list's living adjustments that moved money, by kind.
	Adjusted(ctx context.Context, list ident.ID) (map[AdjustmentKind]Sum, error)
	// Adjustments gives all living adjustments of a programme.
	Adjustments(ctx context.Context, programme string, fn func(family ident.ID, a Adjustment)) error
	// Writer adds lines to a draft.
	Writer(ctx context.Context, l *PayList) LineWriter
	// Lines gives the lines of a list in a status ("" for all), without
	// parts, by number.
	Lines(ctx context.Context, id ident.ID, s Status, fn func(*Instruction) error) error
	// Parts gives the parts of these lines by line, beneficiary and component.
	Parts(ctx context.Context, id ident.ID, s Status, fn func(line int64, p Part) error) error
	// States returns how every line of a list stands.
	States(ctx context.Context, id ident.ID) (*States, error)
	// Homes returns whose some lines of a list are, by line.
	Homes(ctx context.Context, id ident.ID, lines []int64) (map[int64]Home, error)
	// MoveAll moves every line from one status to another under an act, whose
	// number it gives and whose sum it adds to.
	MoveAll(ctx context.Context, a *Act, from, to Status) error
	// MoveLines is MoveAll for some lines, each with a code.
	MoveLines(ctx context.Context, a *Act, from, to Status, moves []LineMove) error
	// Settle moves the lines in one status that a return file matched, as it says.
	Settle(ctx context.Context, a *Act, from Status) error
	// Forgotten gives the lines of a list that were credited before a time
	// and not used since.
	Forgotten(ctx context.Context, id ident.ID, before time.Time, fn func(*Instruction) error) error
	// Mark is MoveAll for lines that stay in their status: those that were
	// added as held.
	Mark(ctx context.Context, a *Act, s Status) error
	// Record ends an act, after its lines have been moved.
	Record(ctx context.Context, a *Act) error
	// Recount brings the sums of lists up to date with the lines.
	Recount(ctx context.Context, id ident.ID) error
	// Shift is Recount for what one act moved from one status to another; the
	// sums before it must be right.
	Shift(ctx context.Context, id ident.ID, from, to Status, left, came Sum) error
	// Page returns lines with parts, by number.
	Page(ctx context.Context, id ident.ID, f LineFilter) ([]Instruction, error)
	// Line returns one line with its parts and its history.
	Line(ctx context.Context, id ident.ID, line int64) (*Instruction, []Event, error)
	// OfFamily returns a family's lines, newest list first.
	OfFamily(ctx context.Context, family ident.ID) ([]FamilyLine, error)
	// AddHandovers records who took what.
	AddHandovers(ctx context.Context, l *PayList, by string, at time.Time, h []Handover) error
}

// LineWriter adds many lines. Flush ends it.
type LineWriter interface {
	Add(ctx context.Context, i *Instruction) error
	Flush(ctx context.Context) error
}

type files interface {
	// AddFile puts a list's order file into the outbox, to be cut.
	AddFile(ctx context.Context, f *PaymentFile) error
	// File returns a list's order file; fault.NotFound when it has none yet.
	File(ctx context.Context, list ident.ID) (*PaymentFile, error)
	// SaveFile writes what may change of an order file.
	SaveFile(ctx context.Context, f *PaymentFile) error
	// Returned returns a return file by its digest; fault.NotFound when it
	// was never taken.
	Returned(ctx context.Context, sha256 [32]byte) (*ReturnFile, error)
	// AddReturn records a return file and what was found of each line.
	AddReturn(ctx context.Context, f *ReturnFile, findings iter.Seq[Finding]) error
	// Proofs returns the digest of each line's proof by which it was paid.
	Proofs(ctx context.Context, list ident.ID) (map[int64][32]byte, error)
	// AddProofs keeps the proofs of a return file's lines.
	AddProofs(ctx context.Context, list, file ident.ID, proofs []Shown) error
	// ProofsOf returns the proofs of one line, oldest first.
	ProofsOf(ctx context.Context, list ident.ID, line int64) ([]PaymentSeen, error)
	// Returns lists the return files of a list, oldest first.
	Returns(ctx context.Context, list ident.ID) ([]ReturnFile, error)
}

type exceptions interface {
	AddExceptions(ctx context.Context, all []Exception) error
	// Exception returns one, fault.NotFound when there is none in the area.
	Exception(ctx context.Context, id ident.ID) (*Exception, error)
	SaveException(ctx context.Context, e *Exception) error
	// Lapse closes the exceptions of lines that are let back or given up with
	// their list; of all lines for nil.
	Lapse(ctx context.Context, list ident.ID, lines []int64) error
	// LapseFile closes the exceptions of a code of the lines that a return
	// file matched.
	LapseFile(ctx context.Context, list, file ident.ID, code Code) error
	// Exceptions returns exceptions, oldest first, and how many there are.
	Exceptions(ctx context.Context, f ExceptionFilter) ([]Exception, int64, error)
	// Ageing counts the unresolved ones by code, with the oldest of each, and
	// by age: how many were opened at or after each bound, newest bound first.
	Ageing(ctx context.Context, bounds []time.Time) ([]Age, error)
}

type claims interface {
	// AddClaim adds a claim.
	AddClaim(ctx context.Context, c *Claim) error
	// Claim returns a claim; fault.NotFound when there is none in the area.
	Claim(ctx context.Context, id ident.ID) (*Claim, error)
	// LockClaim returns a claim that nobody else moves until the
	// transaction's end; fault.NotFound when there is none in the area.
	LockClaim(ctx context.Context, id ident.ID) (*Claim, error)
	// SaveClaim writes what may change of a claim.
	SaveClaim(ctx context.Context, c *Claim) error
	// Claims returns claims, oldest first, how many there are and what they
	// come to.
	Claims(ctx context.Context, f ClaimFilter) ([]Claim, Sum, error)
	// Repayments returns a claim's instalments by number.
	Repayments(ctx context.Context, id ident.ID) ([]Repayment, error)
	// AddRepayment adds an instalment.
	AddRepayment(ctx context.Context, claim ident.ID, p *Repayment) error
	// SaveRepayment writes what was decided of an instalment.
	SaveRepayment(ctx context.Context, claim ident.ID, p *Repayment) error
}

type holds interface {
	AddHold(ctx context.Context, h *Hold) error
	// Hold returns a hold; fault.NotFound when there is none in the area.
	Hold(ctx context.Context, id ident.ID) (*Hold, error)
	// LiftHold records who lifted a hold, and why.
	LiftHold(ctx context.Context, h *Hold) error
	// Holds returns holds, newest first, and how many there are.
	Holds(ctx context.Context, f HoldFilter) ([]Hold, int64, error)
	// Standing gives every hold that stands on a programme.
	Standing(ctx context.Context, programme string, fn func(*Hold) error) error
}

type routes interface {
	AddRoute(ctx context.Context, r *Route) error
	// LockRoute is LockClaim for a route.
	LockRoute(ctx context.Context, id ident.ID) (*Route, error)
	// SaveRoute writes what was decided of a route.
	SaveRoute(ctx context.Context, r *Route) error
	// Routes returns routes, newest first, and how many there are.
	Routes(ctx context.Context, f RouteFilter) ([]Route, int64, error)
	// RoutesOf returns the approved routes of a programme by family.
	RoutesOf(ctx context.Context, programme string) (map[ident.ID]Route, error)
	// EndRoutes ends a family's approved routes of a programme, since another follows.
	EndRoutes(ctx context.Context, family ident.ID, programme string) error
	// Unknown reports whether a payment of a family is on its way.
	Unknown(ctx context.Context, family ident.ID) (bool, error)
}

type answers interface {
	// Take takes a key for the actor's request. It returns false, with the
	// body's digest and the answer that stand, when it was taken before.
	Take(ctx context.Context, actor, key string, body [32]byte, at time.Time) (taken bool, was [32]byte, answer []byte, err error)
	// Answer keeps the answer to a request.
	Answer(ctx context.Context, actor, key string, answer []byte) error
}
