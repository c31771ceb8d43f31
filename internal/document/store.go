package document

import (
	"context"
	"time"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

// Document is an issued paper as the register keeps it.
type Document struct {
	ID       ident.ID
	Kind     Kind
	Lang     i18n.Lang
	Subject  string // id of what it is about
	Area     string
	Series   Series
	Seq      int64
	Version  int
	Number   string
	Title    string // what it is; never whom it is about
	Hash     [32]byte
	File     [32]byte // SHA-256 of the PDF
	Size     int64    // of the PDF, in bytes
	Pages    int
	Rows     int
	Date     civil.Date
	IssuedAt time.Time
	IssuedBy string   // login
	Office   string   // name
	Former   ident.ID // the version before; zero for the first
	Code     string   // short
	Seal     string   // whole

	Next      ident.ID // the version after; zero while there is none
	Withdrawn *Withdrawal
}

// Withdrawal says that a paper is void.
type Withdrawal struct {
	At     time.Time
	By     string // login
	Reason string
}

// State is whether a paper holds.
type State string

// The states.
const (
	Valid      State = "valid"
	Superseded State = "superseded" // there is a newer version
	Withdrawn  State = "withdrawn"
)

// States lists the states.
var States = []State{Valid, Superseded, Withdrawn}

// State returns whether the paper holds.
func (d *Document) State() State {
	switch {
	case d.Withdrawn != nil:
		return Withdrawn
	case !d.Next.IsZero():
		return Superseded
	}
	return Valid
}

// Filter chooses papers.
type Filter struct {
	Kinds   []Kind // none is none
	State   State  // "" for all
	Lang    i18n.Lang
	Text    string // part of a number
	Subject string // id
	Limit   int
	Before  ident.ID // papers issued before this one; zero for the newest
}

// Store keeps papers. Every method works in the transaction of its context
// and sees only papers that lie in the actor's areas. Nothing is ever
// changed or removed.
type Store interface {
	// Next takes the next number of a series, from 1; whoever asks next waits
	// until this transaction ends, and a number that is not used is not gone.
	Next(ctx context.Context, s Series) (int64, error)
	// Hold has others who would issue in a series wait until the end of this
	// transaction.
	Hold(ctx context.Context, s Series) error
	// Latest returns the newest version of a paper, or fault.NotFound.
	Latest(ctx context.Context, k Kind, l i18n.Lang, subject, area string) (*Document, error)
	// Add keeps a paper with its sealed file; fault.Conflict when somebody
	// else has just issued that version.
	Add(ctx context.Context, d *Document, sealed []byte) error
	// Document returns a paper, or fault.NotFound.
	Document(ctx context.Context, id ident.ID) (*Document, error)
	// ByCode returns the paper with a short code, or fault.NotFound.
	ByCode(ctx context.Context, code string) (*Document, error)
	// ByFile returns the paper whose file has a SHA-256, or fault.NotFound.
	ByFile(ctx context.Context, sha256 [32]byte) (*Document, error)
	// File returns a paper's sealed file, or fault.NotFound.
	File(ctx context.Context, id ident.ID) ([]byte, error)
	// Withdraw declares a paper void; fault.Conflict when it is already.
	Withdraw(ctx context.Context, id ident.ID, w Withdrawal) error
	// List returns papers, newest first.
	List(ctx context.Context, f Filter) ([]Document, error)
	// Count counts papers, whatever f says of place and limit.
	Count(ctx context.Context, f Filter) (int64, error)
}
