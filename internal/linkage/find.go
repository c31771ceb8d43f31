package linkage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
)

// FindRun is the kind of run that searches for duplicates.
const FindRun run.Kind = "duplicates"

// Report is what a search for duplicates found.
type Report struct {
	Persons  int           `json:"persons"`
	Compared int64         `json:"compared"` // pairs
	Expected float64       `json:"expected"` // pairs of one person, as the model expects
	Same     int           `json:"found"`    // pairs held to be one person
	Review   int           `json:"review"`   // further pairs that are shown
	Clusters int           `json:"clusters"` // people on record more than once
	Added    int           `json:"added"`    // pairs new on the desk
	Renewed  int           `json:"changed"`  // pairs weighed otherwise than before
	Gone     int           `json:"gone"`     // open pairs that are no longer found
	Blocks   []BlockReport `json:"blocks"`   // by rule
	Model    []Learned     `json:"model"`    // by field and level
}

// Learned is what was learned of one level of a field.
type Learned struct {
	Field string  `json:"field"`
	Level string  `json:"level"`
	One   float64 `json:"one"` // share of pairs of one person that show it
	Two   float64 `json:"two"` // share of pairs of two people that show it
}

// Find compares everybody who counts in the actor's area and puts the pairs
// that may be one person on the desk. What was decided stays: a pair said to
// be two people is not raised again. A second run on the same register
// changes nothing.
//
// Numbers are opened in memory, to see mistyped digits; they are not kept.
// It returns fault.Forbidden without the permissions to see duplicates and
// to start runs.
func (s *Service) Find(ctx context.Context, p run.Progress) (*Report, error) {
	actor, err := access.Require(ctx, access.StartRuns)
	if err != nil {
		return nil, err
	}
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return nil, err
	}
	known, err := s.known(ctx)
	if err != nil {
		return nil, err
	}
	said, err := s.register.SaidApart(ctx)
	if err != nil {
		return nil, err
	}
	set, places, err := s.gather(ctx, actor, p)
	if err != nil {
		return nil, err
	}
	policy := s.policies.On(civil.OfTime(s.clock.Now()))
	result, err := set.Link(ctx, Options{Match: policy.Match, Review: policy.Review, Wrong: policy.Wrong, Many: policy.Many, BlockLimit: policy.BlockLimit,
		Apart: known.apart(said)}, p)
	if err != nil {
		return nil, fmt.Errorf("linkage: %w", err)
	}
	report := newReport(result)
	p.Stage("linkage_write", int64(len(result.Pairs)))
	if err := s.keep(ctx, result, places, report, p); err != nil {
		return nil, fmt.Errorf("linkage: keeping pairs: %w", err)
	}
	if _, err := s.Value(ctx); err != nil {
		return nil, err
	}
	return report, nil
}

func newReport(r *Result) *Report {
	report := &Report{Persons: r.Records, Compared: r.Compared, Expected: math.Round(r.Expected*10) / 10,
		Clusters: len(r.Clusters), Blocks: r.Blocks}
	for _, pair := range r.Pairs {
		if pair.Same {
			report.Same++
		} else {
			report.Review++
		}
	}
	for f := range fieldCount {
		for l := range f.levels() {
			report.Model = append(report.Model, Learned{f.String(), f.LevelName(Level(l)), r.Model.One[f][l], r.Model.Two[f][l]})
		}
	}
	return report
}

// where is where a person is on record.
type where struct {
	family ident.ID
	area   string
}

// gather reads the people who count.
func (s *Service) gather(ctx context.Context, actor access.Actor, p run.Progress) (*Set, map[ident.ID]where, error) {
	p.Stage("linkage_read", 0)
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.find", Area: actor.Scope.String(),
			Fields: []string{"name", "mother_name", "born", "sex", "address", "nik"}})
	})
	if err != nil {
		return nil, nil, err
	}
	set, places := NewSet(0), map[ident.ID]where{}
	err = s.register.Scan(ctx, access.PurposeVerification, func(r *registry.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		f := &r.Family
		if f.Status != registry.FamilyActive && f.Status != registry.FamilyDormant {
			return nil
		}
		address := f.Address + " RT " + f.RT + " RW " + f.RW
		for i := range r.Members {
			m := &r.Members[i]
			if m.Status != registry.PersonActive {
				continue
			}
			number, err := s.keys.Open(registry.LabelNIK, m.NIKSealed)
			if err != nil {
				return err
			}
			female := m.Female
			set.Add(&Record{ID: m.ID, Family: f.ID, Name: m.Name, Mother: m.MotherName, Born: m.Born, Female: &female,
				Area: f.Area, Address: address, Number: number, Blind: m.NIKBlind})
			places[m.ID] = where{f.ID, f.Area}
		}
		p.Add("", int64(len(r.Members)))
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("linkage: reading the register: %w", err)
	}
	return set, places, nil
}

// known is the pairs on record, by their people.
type known map[[2]ident.ID]*Candidate

func (s *Service) known(ctx context.Context) (known, error) {
	k := known{}
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		all, err := s.store.Known(ctx)
		for i := range all {
			k[[2]ident.ID{all[i].Left.Person, all[i].Right.Person}] = &all[i]
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("linkage: reading pairs: %w", err)
	}
	return k, nil
}

// apart returns what tells whether somebody said that two records are of two
// people: at the desk, or in the register.
func (k known) apart(said [][2]ident.ID) func(a, b ident.ID) bool {
	in := make(map[[2]ident.ID]bool, len(said))
	for _, pair := range said {
		in[pair] = true
	}
	return func(a, b ident.ID) bool {
		if bytes.Compare(a[:], b[:]) > 0 {
			a, b = b, a
		}
		c := k[[2]ident.ID{a, b}]
		return c != nil && c.Status == Rejected || in[[2]ident.ID{a, b}]
	}
}

// keep writes what differs from what is on record. Pairs are read anew in
// the writing transaction, as somebody may have decided one meanwhile.
func (s *Service) keep(ctx context.Context, result *Result, places map[ident.ID]where, report *Report, p run.Progress) error {
	return s.unit.Write(ctx, func(ctx context.Context) error {
		now, err := s.store.Known(ctx)
		if err != nil {
			return err
		}
		on := known{}
		for i := range now {
			on[[2]ident.ID{now[i].Left.Person, now[i].Right.Person}] = &now[i]
		}
		var fresh []Candidate
		for i := range result.Pairs {
			c := s.candidate(&result.Pairs[i], places)
			key := [2]ident.ID{c.Left.Person, c.Right.Person}
			old := on[key]
			delete(on, key)
			switch {
			case old == nil:
				c.ID = s.ids.New()
				fresh = append(fresh, c)
			case !old.equal(&c):
				c.ID = old.ID
				if err := s.store.Renew(ctx, &c); err != nil {
					return err
				}
				report.Renewed++
			}
			p.Add("", 1)
		}
		report.Added = len(fresh)
		if err := s.store.Add(ctx, fresh); err != nil {
			return err
		}
		for _, c := range now { // in one order
			if on[[2]ident.ID{c.Left.Person, c.Right.Person}] != nil && c.Status == Open {
				if err := s.store.Remove(ctx, c.ID); err != nil {
					return err
				}
				report.Gone++
			}
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.found", Count: int64(len(result.Pairs)),
			Detail: fmt.Sprintf("%d new, %d changed, %d gone", report.Added, report.Renewed, report.Gone)})
	})
}

func (s *Service) candidate(p *Pair, places map[ident.ID]where) Candidate {
	l, r := places[p.Left], places[p.Right]
	return Candidate{
		Left:  Side{Person: p.Left, Family: l.family, Area: l.area},
		Right: Side{Person: p.Right, Family: r.family, Area: r.area},
		Score: p.Score, Probability: p.Probability, Same: p.Same, Pieces: p.Pieces,
		Status: Open, FoundAt: s.clock.Now(),
	}
}

// equal reports whether a run has found the same of a pair again.
func (c *Candidate) equal(o *Candidate) bool {
	return c.Score == o.Score && c.Same == o.Same && slices.Equal(c.Pieces, o.Pieces) &&
		c.Left.Area == o.Left.Area && c.Right.Area == o.Right.Area &&
		c.Left.Family == o.Left.Family && c.Right.Family == o.Right.Family
}

// EncodePieces writes the pieces of a score for storage.
func EncodePieces(p []Piece) (string, error) {
	b, err := json.Marshal(p)
	return string(b), err
}

// DecodePieces reads what EncodePieces wrote.
func DecodePieces(s []byte) ([]Piece, error) {
	var p []Piece
	if err := json.Unmarshal(s, &p); err != nil {
		return nil, fmt.Errorf("linkage: pieces of a score: %w", err)
	}
	return p, nil
}
