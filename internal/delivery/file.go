package delivery

import (
	"time"

	"gotong/internal/ident"
	"gotong/internal/money"
)

// FileState is how far an order file has come.
type FileState string

// The states of an order file.
const (
	FileDue     FileState = "due"     // its list is released; to be cut
	FileCut     FileState = "cut"     // on disk; may be handed over
	FileHanding FileState = "handing" // handed over, outcome unknown
	FileHanded  FileState = "handed"  // the channel has it for certain
)

// PaymentFile is a list's order file in the outbox.
type PaymentFile struct {
	Batch     string // the list's number
	ListID    ident.ID
	Area      string
	State     FileState
	Name      string
	SHA256    [32]byte
	Lines     int64
	Total     money.Rupiah
	Tries     int // how often it was handed over
	CutAt     time.Time
	HandingAt time.Time
	HandedAt  time.Time
	Receipt   string // the channel's own number
}

// ReturnFile is a return file that was taken. One that was refused changed
// nothing, and stands only in the audit log.
type ReturnFile struct {
	ID        ident.ID
	SHA256    [32]byte
	Name      string
	Batch     string
	ListID    ident.ID
	Area      string
	Actor     string
	At        time.Time
	Lines     int64
	Matched   int64
	Explained int64
	Queued    int64
	Credited  money.Rupiah
	Returned  money.Rupiah
}
