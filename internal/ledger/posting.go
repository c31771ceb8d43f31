package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"gotong/internal/fault"
	"gotong/internal/money"
)

// Line is what one account gets, or with a minus gives.
type Line struct {
	Account Account
	Amount  money.Rupiah
}

// Posting is a movement to be entered.
type Posting struct {
	Key      string // names the act; the same act has the same key, however often it is tried
	Kind     string // what happens: allot, release, send, settle, …
	Document string // the paper it rests on: number of the DIPA, SPM, SP2D, bank file
	Object   string // id of the record it belongs to, such as a pay list
	Lines    []Line // two or more, one an account, summing to zero
}

// Entry is a posting as it stands in the books.
type Entry struct {
	Posting
	Seq   int64 // 1, 2, 3, … without a gap
	Actor string
	At    time.Time
	Body  [32]byte // digest of the posting
	Chain [32]byte // digest of this entry and, through it, of all before
}

// Move returns the posting of amount from one account to another.
func Move(key, kind string, from, to Account, amount money.Rupiah) Posting {
	return Posting{Key: key, Kind: kind, Lines: []Line{{from, -amount}, {to, amount}}}
}

// Of returns p as belonging to a record and resting on a document.
func (p Posting) Of(object, document string) Posting {
	p.Object, p.Document = object, document
	return p
}

// check holds a posting to the rules that need no database, and returns it
// with its lines in the order of their accounts.
func (p Posting) check() (Posting, error) {
	if p.Key == "" || p.Kind == "" || strings.ContainsAny(p.Key+p.Kind+p.Document+p.Object, "\n\x00") {
		return p, fault.Invalid("ledger.bad_posting")
	}
	p.Lines = slices.Clone(p.Lines)
	slices.SortFunc(p.Lines, func(a, b Line) int { return cmp.Compare(a.Account.Code(), b.Account.Code()) })
	var sum money.Rupiah
	for i, l := range p.Lines {
		if !l.Account.valid() || l.Amount == 0 || i > 0 && p.Lines[i-1].Account == l.Account {
			return p, fault.Invalid("ledger.bad_posting")
		}
		s, ok := sum.Add(l.Amount)
		if !ok {
			return p, fault.Invalid("ledger.too_large")
		}
		sum = s
	}
	if len(p.Lines) < 2 || sum != 0 {
		return p, fault.Invalid("ledger.unbalanced", "sum", sum)
	}
	if !p.onRoads() {
		return p, fault.Invalid("ledger.no_road")
	}
	return p, nil
}

// digest covers everything that a posting says; its key names it and is not
// part of it. The lines stand in the order of their accounts.
func (p Posting) digest() [32]byte {
	h := sha256.New()
	fmt.Fprintf(h, "gotong posting 1\n%s\n%s\n%s\n", p.Kind, p.Document, p.Object)
	for _, l := range p.Lines {
		fmt.Fprintf(h, "%s %d\n", l.Account.Code(), l.Amount)
	}
	return [32]byte(h.Sum(nil))
}

// chain links an entry to the one before it.
func (e Entry) chain(previous [32]byte) [32]byte {
	h := sha256.New()
	h.Write(previous[:])
	var n [16]byte
	binary.BigEndian.PutUint64(n[:8], uint64(e.Seq))
	binary.BigEndian.PutUint64(n[8:], uint64(e.At.UnixMilli()))
	h.Write(n[:])
	h.Write(e.Body[:])
	fmt.Fprintf(h, "%s\n%s\n", e.Key, e.Actor)
	return [32]byte(h.Sum(nil))
}
