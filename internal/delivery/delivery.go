// Package delivery turns what a determination grants into money and goods in
// people's hands, and accounts for every rupiah on the way.
//
// A pay list holds one instruction a recipient for one programme and period.
// Three people carry it: the maker, the checker who signs the digest of what
// stands, the releaser who sees what is to be paid today. What was released
// is cut into an order file, handed to the bank, and is from then on *sent,
// outcome unknown*, until a statement or an enquiry says what became of it;
// nothing is ever sent again because nobody knows. Return files are
// reconciled line by line: matched, explained, or queued for two people to
// resolve. Every step commits with its ledger entry and its audit entry.
package delivery

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Period is one instalment of a programme's year, counted from 1.
type Period struct {
	Year int
	No   int
}

// String writes the period as 2026-01.
func (p Period) String() string { return fmt.Sprintf("%04d-%02d", p.Year, p.No) }

// MarshalText writes what String writes.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (p *Period) UnmarshalText(b []byte) error {
	parsed, err := ParsePeriod(string(b))
	if err == nil {
		*p = parsed
	}
	return err
}

// ParsePeriod reads what String wrote.
func ParsePeriod(s string) (Period, error) {
	year, no, _ := strings.Cut(s, "-")
	y, err1 := strconv.Atoi(year)
	n, err2 := strconv.Atoi(no)
	p := Period{y, n}
	if err1 != nil || err2 != nil || p.String() != s || y < 2000 || n < 1 {
		return Period{}, fault.Invalid("delivery.bad_period", "period", s)
	}
	return p, nil
}

// Means is how a programme reaches its recipients.
type Means string

// The means. Goods are everything that is handed over instead of credited:
// meals, devices, food.
const (
	ByBank Means = "bank"
	Post   Means = "post"
	Goods  Means = "goods"
)

// ByFile reports whether payments go out by an order file to a channel.
func (m Means) ByFile() bool { return m != Goods }

// ListStatus is how far a pay list has come.
type ListStatus string

// The statuses of a list; migration 0041 holds which follows which.
const (
	Draft     ListStatus = "draft"     // being made; lines may be held
	Checked   ListStatus = "checked"   // a second person signed its digest
	Released  ListStatus = "released"  // a third person let the money go
	Sent      ListStatus = "sent"      // handed to the channel, lines wait for their outcome
	Settled   ListStatus = "settled"   // every line's outcome is known
	Discarded ListStatus = "discarded" // given up before release
)

// ListStatuses lists the statuses in the order of a list's life.
var ListStatuses = []ListStatus{Draft, Checked, Released, Sent, Settled, Discarded}

// Status is how far one instruction has come.
type Status string

// The statuses of an instruction. A line that is Cancelled or Reissued is
// dead: the same may then be paid by another line. All others are living, and
// the database refuses a second living line for the same.
const (
	Planned    Status = "planned"
	Held       Status = "held"     // not to be paid, for the reason in Code
	LetGo      Status = "released" // released, not yet sent
	OnTheWay   Status = "sent"     // sent, outcome unknown
	Credited   Status = "credited"
	ReturnedIt Status = "returned"  // the money came back, for the reason in Code
	Reissued   Status = "reissued"  // came back; may be paid by another line
	Remitted   Status = "remitted"  // came back and was given to the treasury
	Taken      Status = "withdrawn" // used by the recipient
	Unclaimed  Status = "unclaimed" // not used until the deadline; called back
	Cancelled  Status = "cancelled" // never sent; may be paid by another line
	Dropped    Status = "dropped"   // never sent, and not owed for this period
)

// Statuses lists the statuses of an instruction in the order of its life.
var Statuses = []Status{Planned, Held, LetGo, OnTheWay, Credited, Taken, Unclaimed, ReturnedIt, Reissued, Remitted, Cancelled, Dropped}

// Code says why a line is held, was returned, or is queued. Codes of the
// bank stand as the bank gives them; see package bank.
type Code string

// Why a line is held.
const (
	NoAccount       Code = "no_account"       // nobody of the family has an account
	AccountClosed   Code = "account_closed"   // known to be closed
	AccountRejected Code = "account_rejected" // the bank refused it before
	NoPayee         Code = "no_payee"         // nobody of the family can receive
	Dead            Code = "dead"
	Moved           Code = "moved"
	Duplicate       Code = "duplicate"
	NotFound        Code = "not_found" // a visit did not find them
	Dormant         Code = "dormant"   // put to sleep until verified
	Paused          Code = "paused"    // asked that its data be not processed
	Exited          Code = "exited"    // left the programme
	ByHand          Code = "by_hand"
	OnHold          Code = "on_hold" // a hold stands on the family, the programme or the area

	// What the bank says of an account before anything is paid.
	AccountWrong    Code = "account_wrong"
	AccountInactive Code = "account_inactive"
	NameMismatch    Code = "name_mismatch"
	HolderDead      Code = "holder_dead"
)

// Unused says that a credit waits in its account without being used.
const Unused Code = "unused"

// HoldCodes lists why a line may be held.
var HoldCodes = []Code{NoAccount, AccountClosed, AccountRejected, NoPayee, Dead, Moved, Duplicate, NotFound, Dormant, Paused, Exited, ByHand,
	OnHold, AccountWrong, AccountInactive, NameMismatch, HolderDead, Suspended}

// PayList is a list of instructions for one programme and period.
type PayList struct {
	ID            ident.ID
	Number        string // PKH-2026-01-01; the batch number at the bank
	Programme     string
	Version       string // of the programme
	Period        Period
	Fund          string // of the ledger
	Determination ident.ID
	Area          string // every line lies in it; "" is the nation
	Means         Means
	Status        ListStatus
	Lines         int64        // all lines, held ones too
	Total         money.Rupiah // of the lines that were planned when it was last edited
	Digest        [32]byte     // of these lines
	Made          Hand
	Checked       Hand
	Released      Hand
}

// Hand is one person's part in a list.
type Hand struct {
	By     string // login; "" while nobody has
	At     time.Time
	Digest [32]byte // of the lines that the person saw
	Seal   []byte   // the installation's signature over that act
}

// Sum counts lines and adds them up.
type Sum struct {
	Lines int64
	Total money.Rupiah
}

// Sums counts a list's lines by status.
type Sums map[Status]Sum

// Of returns the sum of several statuses.
func (s Sums) Of(statuses ...Status) Sum {
	var all Sum
	for _, st := range statuses {
		all.Lines += s[st].Lines
		all.Total += s[st].Total
	}
	return all
}

// Instruction is one line of a list: one amount for one recipient.
type Instruction struct {
	ListID   ident.ID
	LineNo   int64
	FamilyID ident.ID
	PersonID ident.ID // whom the programme is for; zero for a family
	PayeeID  ident.ID // who receives it
	Area     string
	Bank     string
	Sealed   []byte // account number
	Blind    []byte // blind index of bank and number
	Masked   string
	Holder   string
	Amount   money.Rupiah
	Short    money.Rupiah // what the bank failed to credit of it
	Parts    []Part
	Adjusted []Adjustment // what was kept back or paid back for duties
	Status   Status
	Code     Code

	SettledAt time.Time // when the bank says it settled; zero before
}

// Net is what a line moves: its amount without what fell short of it.
func (i *Instruction) Net() money.Rupiah { return i.Amount - i.Short }

// Part is what an instruction is made of.
type Part struct {
	Beneficiary ident.ID // person, or family where the benefit is the family's
	Component   string
	Amount      money.Rupiah
	Period      Period // of what it pays back; zero for the list's own
}

// Reference names a line of a list towards the channel: PKH-2026-01-01-000123.
func Reference(number string, line int64) string { return fmt.Sprintf("%s-%06d", number, line) }

// ParseReference returns the line that a reference of this list names.
func ParseReference(number, reference string) (int64, bool) {
	digits, ok := strings.CutPrefix(reference, number+"-")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || Reference(number, n) != reference {
		return 0, false
	}
	return n, true
}
