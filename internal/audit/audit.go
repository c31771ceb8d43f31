// Package audit keeps the record of every look at and change of personal
// data, as a Merkle log that shows tampering.
//
// Entries hold who, in which role, for which purpose, on whom (a pseudonym
// or an object's id), which fields and how many; never the data themselves.
// The log fails closed: an entry is appended in the transaction of the act, or
// is durable before the Read that looked returns; if it cannot be, the act does
// not happen and nothing is served.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/fault"
)

// Entry is one act, as it is recorded. Its JSON form, with fields in this
// order, is what the log hashes.
type Entry struct {
	Seq     int64          `json:"seq"`
	At      time.Time      `json:"at"`
	Actor   string         `json:"actor"` // login
	Roles   []access.Role  `json:"roles"`
	Purpose access.Purpose `json:"purpose"`
	Action  string         `json:"action"`  // such as family.read, payment.release
	Subject string         `json:"subject"` // pseudonym or object id
	Area    string         `json:"area,omitempty"`
	Fields  []string       `json:"fields,omitempty"`
	Count   int64          `json:"count"`
	Detail  string         `json:"detail,omitempty"` // never personal data
	// Look numbers, from 1 on and without a gap, the entries that were kept
	// beside the embedded database before they came into the log; else 0.
	Look int64 `json:"look,omitempty"`
}

// Record returns the bytes that the log stores and hashes.
func (e Entry) Record() ([]byte, error) { return json.Marshal(e) }

// Act is what a service says of itself; the log adds who and when.
type Act struct {
	Purpose access.Purpose
	Action  string
	Subject string
	Area    string
	Fields  []string
	Count   int64
	Detail  string
}

// Store keeps entries in one order.
type Store interface {
	// Append adds entries in the caller's transaction, giving each its Seq. In
	// a Read they are durable when it returns, and stay if the Read fails.
	Append(ctx context.Context, entries []Entry) error
	// Entries returns at most limit entries from Seq from on.
	Entries(ctx context.Context, from int64, limit int) ([]Entry, error)
	// Find returns at most limit entries that the filter lets through and
	// that lie in the actor's areas or in none, newest first.
	Find(ctx context.Context, f Filter, p Place, limit int) ([]Entry, error)
	// About returns the newest entries on one subject, newest first.
	About(ctx context.Context, subject string, limit int) ([]Entry, error)
	// CountAbout counts the entries on one subject.
	CountAbout(ctx context.Context, subject string) (int64, error)
	// Around counts what was done to many at once in the areas that hold one.
	Around(ctx context.Context, area string) ([]Many, error)
	// SaveCheckpoint signs and keeps the head; it returns the log's size.
	SaveCheckpoint(ctx context.Context, sign func(size int64, root [32]byte) []byte, at time.Time) (Checkpoint, error)
	// Verify recomputes everything from the entries' bytes.
	Verify(ctx context.Context, trust func(c Checkpoint) bool, outside []Checkpoint) (Report, error)
}

// Log appends acts.
type Log struct {
	store Store
	clock clock.Clock
}

// NewLog returns a Log on store.
func NewLog(store Store, c clock.Clock) *Log { return &Log{store: store, clock: c} }

// Append records acts in the caller's transaction. In a Read, where something
// is looked at and nothing changed, they are on record when Append returns,
// without waiting for who writes. It returns fault.Forbidden
// when nobody acts in ctx, or a purpose is not in the register of processing.
func (l *Log) Append(ctx context.Context, acts ...Act) error {
	actor, ok := access.From(ctx)
	if !ok {
		return fault.Forbidden("core.error.forbidden")
	}
	entries := make([]Entry, len(acts))
	now := l.clock.Now()
	for i, a := range acts {
		if !a.Purpose.Valid() {
			return fault.Forbidden("audit.no_purpose").Because(fmt.Errorf("purpose %q of %s", a.Purpose, a.Action))
		}
		if a.Area == "" && (len(a.Fields) > 0 || a.Count > 1) {
			a.Area = actor.Scope.String() // what was seen lay there, and who lives there can ask
		}
		entries[i] = Entry{At: now, Actor: actor.Login, Roles: actor.Roles, Purpose: a.Purpose, Action: a.Action,
			Subject: a.Subject, Area: a.Area, Fields: a.Fields, Count: a.Count, Detail: a.Detail}
	}
	if err := l.store.Append(ctx, entries); err != nil {
		return fmt.Errorf("audit: the log cannot be written, so nothing is served: %w", err)
	}
	note(ctx, acts)
	return nil
}

// Checkpoint is a signed head of the log: whoever keeps one can show later
// that the log it was taken from has been changed or rolled back.
type Checkpoint struct {
	Size      int64     `json:"size"`
	Root      [32]byte  `json:"root"`
	At        time.Time `json:"at"`
	Signature []byte    `json:"signature"`
}

// Message returns the bytes that a checkpoint's signature covers.
func (c Checkpoint) Message() []byte { return CheckpointMessage(c.Size, c.Root) }

// CheckpointMessage returns what is signed for a head of size and root.
func CheckpointMessage(size int64, root [32]byte) []byte {
	return fmt.Appendf(nil, "gotong audit log\n%d\n%x\n", size, root)
}

// Report is what a verification found.
type Report struct {
	Entries     int64    `json:"entries"`
	Checkpoints int      `json:"checkpoints"`
	Root        string   `json:"root"`     // hex
	Waiting     int64    `json:"waiting"`  // looks kept beside the database, yet to come into the log
	Problems    []string `json:"problems"` // empty: verified
}

// Verified reports whether nothing was found wrong.
func (r Report) Verified() bool { return len(r.Problems) == 0 }
