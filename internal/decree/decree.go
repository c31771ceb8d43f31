// Package decree is how a file of policy changes: somebody proposes a version
// of it, with the decree or the minutes that it rests on, and somebody else
// puts it into force from its first day or turns it down. Until then nothing
// goes by it.
package decree

import (
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// State is how far a proposal has come.
type State string

// The states.
const (
	Proposed State = "proposed"
	Enacted  State = "enacted"
	Rejected State = "rejected"
)

// Basis is what a version rests on.
type Basis struct {
	From  civil.Date // first day of the version
	Title string     // of the decree or the minutes
	On    civil.Date // when that was published
}

// Proposal is what the versions of every kind of file have in common.
type Proposal struct {
	ID ident.ID
	Basis
	Text       string // the file
	Digest     string // of what the file says
	State      State
	ProposedAt time.Time
	ProposedBy string // login
	DecidedAt  time.Time
	DecidedBy  string // login
	Note       string // why it was proposed or rejected
}

// Propose begins a proposal, whose file is yet to be written. It returns
// fault.Invalid for a first day that has passed, and for a basis without a
// title or a day of publication that has come.
func Propose(id ident.ID, b Basis, note, by string, at time.Time) (Proposal, error) {
	b.Title = strings.TrimSpace(b.Title)
	today := civil.InWest(at)
	switch {
	case b.Title == "":
		return Proposal{}, fault.Invalid("decree.no_basis")
	case b.On == 0 || b.On > today:
		return Proposal{}, fault.Invalid("decree.basis_date", "today", today)
	case b.From < today:
		return Proposal{}, fault.Invalid("decree.past", "today", today)
	}
	return Proposal{ID: id, Basis: b, State: Proposed, ProposedAt: moment(at), ProposedBy: by, Note: strings.TrimSpace(note)}, nil
}

// Enact puts the version into force from its first day. It returns
// fault.Conflict for one that is decided or whose first day has passed, and
// fault.Forbidden to whoever proposed it.
func (p *Proposal) Enact(by string, at time.Time) error {
	if err := p.open(by); err != nil {
		return err
	}
	if p.From < civil.InWest(at) {
		return fault.Conflict("decree.too_late", "from", p.From)
	}
	p.State, p.DecidedBy, p.DecidedAt = Enacted, by, moment(at)
	return nil
}

// Reject turns the version down with the reason, in place of why it was
// proposed. It returns fault.Invalid without one, and otherwise what Enact does.
func (p *Proposal) Reject(reason, by string, at time.Time) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Invalid("decree.no_reason")
	}
	if err := p.open(by); err != nil {
		return err
	}
	p.State, p.DecidedBy, p.DecidedAt, p.Note = Rejected, by, moment(at), reason
	return nil
}

// open refuses what is decided, and whoever would decide on their own proposal.
func (p *Proposal) open(by string) error {
	if p.State != Proposed {
		return fault.Conflict("decree.decided")
	}
	if p.ProposedBy == by {
		return fault.Forbidden("decree.same_person")
	}
	return nil
}

// moment is an instant as databases keep it.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
