package registry

import (
	"cmp"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
)

// Dated is a fact with where it comes from.
type Dated struct {
	No         int
	Value      int64
	Source     Source
	ObservedOn civil.Date
	Version    int // of the change that brought it
}

// FoldFacts returns what is known of one subject after observations: of each
// fact the value that was observed last, and among those of one day the one
// recorded last. A fact that was withdrawn last is not among them. The result
// is ordered by No, and does not depend on the order of the observations.
func FoldFacts(observations []Observation) []Dated {
	ordered := slices.Clone(observations)
	slices.SortStableFunc(ordered, func(a, b Observation) int {
		return cmp.Or(cmp.Compare(a.ObservedOn, b.ObservedOn), a.RecordedAt.Compare(b.RecordedAt), cmp.Compare(a.Version, b.Version))
	})
	last := map[int]Dated{}
	for _, o := range ordered {
		for _, f := range o.Facts {
			last[f.No] = Dated{f.No, f.Value, o.Source, o.ObservedOn, o.Version}
		}
		for _, no := range o.Withdrawn {
			delete(last, no)
		}
	}
	folded := make([]Dated, 0, len(last))
	for _, d := range last {
		folded = append(folded, d)
	}
	slices.SortFunc(folded, func(a, b Dated) int { return cmp.Compare(a.No, b.No) })
	return folded
}

// Of returns the observations of one subject: a member, or the family itself
// for the zero id.
func Of(observations []Observation, person ident.ID) []Observation {
	var own []Observation
	for _, o := range observations {
		if o.PersonID == person {
			own = append(own, o)
		}
	}
	return own
}

// Fold recomputes the current rows of a family from its whole history: what
// is on record, and nothing else. A history cut off at a version gives the
// family as it was on record then.
func Fold(h *History) *Record {
	if r := Replay(h, Moment{On: endOfDays}); r != nil {
		return r
	}
	return &Record{}
}

func current(observations []Observation, person ident.ID) (indicator.Facts, civil.Date) {
	own := Of(observations, person)
	dated := FoldFacts(own)
	facts := make(indicator.Facts, len(dated))
	for i, d := range dated {
		facts[i] = indicator.Fact{No: d.No, Value: d.Value}
	}
	var newest civil.Date
	for i, o := range own {
		if i == 0 || o.ObservedOn > newest {
			newest = o.ObservedOn
		}
	}
	return facts, newest
}

// apply sets what a change sets.
func (r *Record) apply(c *Change) {
	f := &r.Family
	f.ID, f.Version = c.FamilyID, c.Version
	if core := c.Body.Family; core != nil {
		f.set(core)
	}
	for i := range c.Body.Members {
		r.put(&c.Body.Members[i])
	}
}

// settle computes what a family's row says of its members and theirs of it.
func (r *Record) settle() {
	f := &r.Family
	f.Size, f.HeadName = 0, ""
	first := ""
	for i := range r.Members {
		m := &r.Members[i]
		m.FamilyID, m.Area = f.ID, f.Area
		if m.Status != PersonActive {
			continue
		}
		f.Size++
		if first == "" {
			first = m.Name
		}
		if m.Relation == RelationHead && f.HeadName == "" {
			f.HeadName = m.Name
		}
	}
	if f.HeadName == "" {
		f.HeadName = first
	}
}

func (f *Family) set(c *FamilyCore) {
	f.Area, f.LocalKey, f.KKSealed, f.KKBlind = c.Area, c.LocalKey, c.KKSealed, c.KKBlind
	f.Address, f.RT, f.RW, f.Status = c.Address, c.RT, c.RW, c.Status
}

func (f *Family) core() *FamilyCore {
	return &FamilyCore{Area: f.Area, LocalKey: f.LocalKey, KKSealed: f.KKSealed, KKBlind: f.KKBlind,
		Address: f.Address, RT: f.RT, RW: f.RW, Status: f.Status}
}

func (p *Person) set(c *MemberCore) {
	p.ID, p.Name, p.NameKey, p.Born, p.Female = c.ID, c.Name, SearchKey(c.Name), c.Born, c.Female
	p.Relation, p.MotherName, p.NIKSealed, p.NIKBlind, p.Status = c.Relation, c.MotherName, c.NIKSealed, c.NIKBlind, c.Status
}

func (p *Person) core() MemberCore {
	return MemberCore{ID: p.ID, Name: p.Name, Born: p.Born, Female: p.Female, Relation: p.Relation,
		MotherName: p.MotherName, NIKSealed: p.NIKSealed, NIKBlind: p.NIKBlind, Status: p.Status}
}

// Core returns what is on record of the family beside its facts.
func (f *Family) Core() *FamilyCore { return f.core() }

// Core returns what is on record of the member beside their facts.
func (p *Person) Core() MemberCore { return p.core() }
