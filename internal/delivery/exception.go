package delivery

import (
	"slices"
	"time"

	"gotong/internal/bank"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Exception is something that people must resolve: a line that is held, came
// back, or a line of a return file that fits nothing.
type Exception struct {
	ID         ident.ID
	Area       string
	ListID     ident.ID
	Number     string // of the list; filled in when read
	LineNo     int64  // 0 when it concerns no line of the list
	FamilyID   ident.ID
	FileID     ident.ID // return file that it comes from; zero for a held line
	FileLine   int
	Code       Code
	Said       Code   // the bank's own code, where it answered late
	Detail     string // what the file said, such as its reference
	Amount     money.Rupiah
	OpenedAt   time.Time
	Status     ExceptionStatus
	Action     Action
	Note       string
	Proposer   string
	ProposedAt time.Time
	Approver   string
	ResolvedAt time.Time
}

// ExceptionStatus is how far an exception has come.
type ExceptionStatus string

// The statuses of an exception: one person proposes, another approves.
const (
	Open     ExceptionStatus = "open"
	Proposed ExceptionStatus = "proposed"
	Resolved ExceptionStatus = "resolved"
	Lapsed   ExceptionStatus = "lapsed" // its line was let back, or given up with its list
)

// Action is what is to be done about an exception.
type Action string

// The actions.
const (
	Requeue Action = "requeue" // give the line up, so that the next list takes it
	Drop    Action = "drop"    // not owed for this period
	Reissue Action = "reissue" // money that came back: pay again by another line
	Remit   Action = "remit"   // money that came back: to the treasury
	Accept  Action = "accept"  // the bank is right: correct the books
	Note    Action = "note"    // explained; the books stay as they are

	ByPost   Action = "by_post"   // pay again, or instead, by the post office
	CallBack Action = "call_back" // nobody uses it: ask the bank to give it back
	Recover  Action = "recover"   // paid beyond what was owed: open a claim
)

// Actions returns what can be done about a code; the rule in force says which
// of it may be, and in which order it is offered.
func (c Code) Actions() []Action {
	switch {
	case slices.Contains(HoldCodes, c):
		return []Action{Requeue, ByPost, Drop}
	case c == Code(bank.Unused):
		return []Action{Remit}
	case slices.Contains(bank.Codes, bank.Code(c)), c == Absent:
		return []Action{Reissue, ByPost, Remit}
	case c == Unused:
		return []Action{CallBack, Note}
	case c == LateReturn, c == LateCredit, c == LateUse, c == EarlyUse:
		return []Action{Accept, Note}
	case c == AmountDiffers, c == CreditAfterReissue, c == CreditAfterRemit:
		return []Action{Recover, Note}
	default:
		return []Action{Note}
	}
}

// Codes lists every code that an exception can have.
func Codes() []Code {
	all := slices.Clone(HoldCodes)
	for _, c := range bank.Codes {
		all = append(all, Code(c))
	}
	return append(append(all, Absent, Unused), QueueCodes...)
}

// Actions returns what may be done about an exception by the rule in force.
func (s *Service) Actions(e *Exception) []Action {
	return slices.DeleteFunc(slices.Clone(s.Rule().Roads[e.Code].Next), func(a Action) bool { return !slices.Contains(e.Code.Actions(), a) })
}

// ExceptionFilter chooses exceptions.
type ExceptionFilter struct {
	ListID ident.ID
	LineNo int64           // of the list; 0 is any
	Status ExceptionStatus // "" is all that are not resolved
	Code   Code
	Codes  []Code // any of these; none for all
	Area   string
	Before time.Time // opened before; zero is any
	Offset int
	Limit  int
}

// Age counts unresolved exceptions of one code.
type Age struct {
	Code    Code
	Count   int64
	Total   money.Rupiah
	Oldest  time.Time
	Buckets []int64 // counts by age: one more than the rule has bounds
}
