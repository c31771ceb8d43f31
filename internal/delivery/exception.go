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
)

// Actions returns what can be done about a code.
func (c Code) Actions() []Action {
	switch {
	case slices.Contains(HoldCodes, c):
		return []Action{Requeue, Drop}
	case slices.Contains(bank.Codes, bank.Code(c)), c == Absent:
		return []Action{Reissue, Remit}
	case c == LateReturn, c == LateCredit:
		return []Action{Accept, Note}
	default:
		return []Action{Note}
	}
}

// ExceptionFilter chooses exceptions.
type ExceptionFilter struct {
	ListID ident.ID
	Status ExceptionStatus // "" is all that are not resolved
	Code   Code
	Area   string
	Before time.Time // opened before; zero is any
	Offset int
	Limit  int
}

// Age counts unresolved exceptions of one code.
type Age struct {
	Code   Code
	Count  int64
	Total  money.Rupiah
	Oldest time.Time
}
