// Package bank speaks with whoever pays out: the files that are exchanged,
// the interface of a paying channel, and a simulated bank behind it.
//
// An order file asks for payments, a return file says what became of them.
// Both are CSV that a bank clerk can open: UTF-8, a header row, one row a
// payment (D) and a closing row with count and total (T), so that a file that
// was cut off is recognised.
package bank

import (
	"context"
	"errors"
	"time"
)

// Channel is a bank, or whoever else credits recipients.
type Channel interface {
	// Submit hands over an order file. An error that is ErrRefused says that
	// nothing was taken; after any other error nobody knows, and only
	// Enquire or a statement may tell.
	Submit(ctx context.Context, file []byte) (Ack, error)
	// Enquire asks whether a batch has arrived: ErrNotReceived says for
	// certain that it has not and will not; any other error says nothing.
	Enquire(ctx context.Context, batch string) (Ack, error)
	// Statements returns the return files there are for a batch so far.
	Statements(ctx context.Context, batch string) ([]Statement, error)
}

// AccountChecker is a Channel that also answers whether accounts can be paid
// to, before anything is.
type AccountChecker interface {
	// CheckAccounts says of each payment whether its account can take it. It
	// moves no money.
	CheckAccounts(ctx context.Context, o Order) (Accounts, error)
}

// Ack is the channel's receipt for an order file.
type Ack struct {
	Receipt string // the channel's own number
	At      time.Time
	Lines   int
	SHA256  string // of the file as it arrived, in hex
}

// Statement is one return file.
type Statement struct {
	Name string
	File []byte
}

// What a channel answers for certain.
var (
	ErrRefused     = errors.New("bank: the file was refused, nothing was taken")
	ErrNotReceived = errors.New("bank: no such batch has arrived")
)

// Status is what became of a payment, as a return file says it.
type Status string

// The statuses that are understood.
const (
	Credited Status = "KREDIT"
	Returned Status = "RETUR"
	Used     Status = "TARIK" // the recipient used what was credited
	Pending  Status = "TUNDA" // nothing is settled yet
)

// Code is why a payment was returned, by ISO 20022's external status reason codes.
type Code string

// The codes that are understood.
const (
	NoCode         Code = ""
	WrongAccount   Code = "AC01" // no such account
	ClosedAccount  Code = "AC04"
	BlockedAccount Code = "AC06" // blocked, dormant or not activated
	NameMismatch   Code = "BE01" // the holder is somebody else
	WrongAmount    Code = "AM09"
	Deceased       Code = "MD07"
	NoReason       Code = "MS03" // the bank does not say why
	Unused         Code = "UNUS" // called back by us, since nobody used it; not of ISO 20022
)

// Codes lists the codes that are understood.
var Codes = []Code{WrongAccount, ClosedAccount, BlockedAccount, NameMismatch, WrongAmount, Deceased, NoReason, Unused}

// Currency is the only currency that is paid in.
const Currency = "IDR"
