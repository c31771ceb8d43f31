package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Request is one change that somebody asks for: what happened to a family, or
// what is to be set right in its record. Which fields count depends on the
// kind; texts are as they were written down, to be checked by the service.
type Request struct {
	Kind   ChangeKind `json:"kind"`
	Family ident.ID   `json:"family,omitzero"`
	Person ident.ID   `json:"person,omitzero"` // whom it is about; zero: the family
	Basis  Basis      `json:"basis"`

	Entry   *FamilyEntry  `json:"entry,omitempty"`   // core data mended, or where a new or moved family lives
	Member  *MemberEntry  `json:"member,omitempty"`  // somebody mended, or who joins and is not on record
	Members []MemberEntry `json:"members,omitempty"` // of a registration
	Answers []Answer      `json:"answers,omitempty"` // of a visit
	Cause   Cause         `json:"cause,omitempty"`   // of somebody's joining

	// Other and OtherPerson are a second record: who is the same, who marries
	// or comes in from there. Of a move, Other is the family moved into.
	Other       ident.ID `json:"other,omitzero"`
	OtherPerson ident.ID `json:"other_person,omitzero"`
	Relation    string   `json:"relation,omitempty"` // to the head, of who comes from there

	// NewFamily is the id, from NewID, of the family that is founded by those
	// who are Going.
	NewFamily ident.ID `json:"new_family,omitzero"`
	Going     []Goer   `json:"going,omitempty"`

	NewHead    ident.ID `json:"new_head,omitzero"`     // of the family that is left without one
	FormerHead string   `json:"former_head,omitempty"` // what relation the head so far has from now on
	Place      string   `json:"place,omitempty"`       // where to, in words, when it is nowhere on record
	Event      ident.ID `json:"event,omitzero"`        // which is taken back

	// Ground are the families as a proposal found them. It is the service's
	// to set: who approves is told what has changed since.
	Ground []EventChange `json:"ground,omitempty"`
}

// Goer is a member who leaves with others, and what relation they have to
// the head where they go.
type Goer struct {
	Person   ident.ID `json:"person"`
	Relation string   `json:"relation"`
}

// LifeKinds lists what can happen to a family, in the order of a life.
var LifeKinds = []ChangeKind{Birth, Death, Marriage, Divorce, Adoption, Split, Move, HeadChange, Return, Merge, Erasure}

// makers say how the revisions of each kind are made. What they find wrong
// they refuse, what looks wrong they warn of; the writing is not theirs.
var makers = map[ChangeKind]func(h *hand, ctx context.Context) error{
	Registered: (*hand).register, Observed: (*hand).visit, Corrected: (*hand).correct, MemberAdded: (*hand).add,
	Birth: (*hand).birth, Death: (*hand).death, Marriage: (*hand).marriage, Divorce: (*hand).divorce, Split: (*hand).split,
	Move: (*hand).move, HeadChange: (*hand).changeHead, Adoption: (*hand).adoption, Return: (*hand).comeBack,
	Merge: (*hand).merge, Undone: (*hand).undo, Erasure: (*hand).erase,
}

// isEvent reports whether changes of a kind are kept as an event that can be
// listed and taken back.
func (k ChangeKind) isEvent() bool {
	switch k {
	case Registered, Observed, Corrected, MemberAdded, StatusChange, MemberStatus:
		return false
	}
	return true
}

// Do records a change, or puts it before a second person where the rules ask
// for one or the family goes to another area.
//
// It returns Refused for what cannot be taken, fault.Conflict when the family
// has changed since it was shown, fault.NotFound when it is not in the
// actor's area, and fault.Forbidden without the permission to edit families.
func (s *Service) Do(ctx context.Context, req Request) (Outcome, error) {
	h, err := s.hand(ctx, req)
	if err != nil {
		return Outcome{}, err
	}
	return h.write(ctx)
}

// ReadRequest reads a request that a program wrote as JSON. It returns
// fault.Invalid for what is none.
func ReadRequest(data []byte) (Request, error) {
	var req Request
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&req); err != nil {
		return req, fault.Invalid("event.refused.bad_request", "problem", err.Error())
	}
	return req, nil
}

func unknownKind(k ChangeKind) error {
	return fault.Invalid("event.refused.unknown_kind", "kind", string(k)).Because(fmt.Errorf("no maker"))
}
