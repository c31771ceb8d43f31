package quality

import (
	"slices"
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
)

// Around is what is known of the families of a regency beside their records.
type Around struct {
	Twice   map[ident.ID]bool
	Visited map[ident.ID]bool
	Waiting map[ident.ID][]string // programmes, in order
}

// fact is one fact that is asked.
type fact struct {
	group       int // its place in groups, or -1 where it is not asked
	from, until int // ages of members, inclusive
}

// Ages of members as a Judge counts them: those above the last as the last,
// and one for those that are not known, of whom only facts without a bound
// are asked.
const (
	oldest     = 120
	ageUnknown = oldest + 1
)

// Judge measures families by one rule on one day.
type Judge struct {
	rule    Rule
	today   civil.Date
	groups  []string  // the first is Identity
	facts   []fact    // by number
	family  []int64   // by group: how many facts are asked of a family
	members [][]int64 // by age and group: and of a member

	known, total []int64 // by group, of the family that is judged
}

// NewJudge returns a Judge. Asked is what the catalogue has observed on the
// day, but for what is derived or presumed and what the rule leaves out.
func NewJudge(r Rule, c *indicator.Catalogue, today civil.Date) *Judge {
	j := &Judge{rule: r, today: today, groups: []string{Identity}, members: make([][]int64, ageUnknown+1)}
	var asked []*indicator.Indicator
	for _, i := range c.Shared() {
		for len(j.facts) <= i.No {
			j.facts = append(j.facts, fact{group: -1, until: oldest})
		}
		if i.Derived || i.Presumed != nil || i.Retired != 0 && i.Retired <= today ||
			slices.Contains(r.Asked.NoGroups, i.Group) || slices.Contains(r.Asked.NoFacts, i.Code) {
			continue
		}
		at := slices.Index(j.groups, i.Group)
		if at < 0 {
			at = len(j.groups)
			j.groups = append(j.groups, i.Group)
		}
		j.facts[i.No].group = at
		asked = append(asked, i)
		if i.Level == indicator.Person {
			j.facts[i.No].from, j.facts[i.No].until = r.Asked.of(i.Code)
		}
	}
	j.family = make([]int64, len(j.groups))
	j.known, j.total = make([]int64, len(j.groups)), make([]int64, len(j.groups))
	for age := range j.members {
		j.members[age] = make([]int64, len(j.groups))
		j.members[age][0] = 2 // NIK and birth date
	}
	j.family[0] = 1 // the card
	for _, i := range asked {
		f := j.facts[i.No]
		if i.Level == indicator.Family {
			j.family[f.group]++
			continue
		}
		for age := range j.members {
			if f.askedAt(age) {
				j.members[age][f.group]++
			}
		}
	}
	return j
}

// of returns the ages at which a fact is asked.
func (a Asked) of(code string) (from, until int) {
	until = oldest
	for _, age := range a.Ages {
		if !slices.Contains(age.Facts, code) {
			continue
		}
		if age.From != nil {
			from = *age.From
		}
		if age.Until != nil {
			until = *age.Until
		}
	}
	return from, until
}

func (f fact) askedAt(age int) bool {
	if f.group < 0 {
		return false
	}
	if age == ageUnknown {
		return f.from == 0 && f.until == oldest
	}
	return age >= f.from && age <= f.until
}

// Judge measures an active family and emits what it adds to the figures of
// its village.
func (j *Judge) Judge(r *registry.Record, warnings []registry.IdentityWarning, a *Around, emit func(m Measure, part string, n, of int64)) State {
	f := &r.Family
	s := State{Family: f.ID, Area: f.Area, ObservedOn: f.ObservedOn, Step: j.rule.step(f.ObservedOn, j.today)}
	persons := j.count(r)
	j.completeness(&s, emit)
	emit(Families, "", 1, 0)
	emit(Persons, "", persons, 0)
	emit(Fresh, strconv.Itoa(s.Step), 1, 0)
	if s.Step == len(j.rule.FreshDays) {
		s.Issues |= Stale
	}
	j.warnings(&s, warnings, emit)
	j.around(&s, a, emit)
	if s.Issues == 0 {
		emit(Sound, "", 1, 0)
	}
	return s
}

// count counts what is known of a family, group by group, and returns how
// many active members it has.
func (j *Judge) count(r *registry.Record) (persons int64) {
	clear(j.known)
	copy(j.total, j.family)
	if r.Family.KKBlind != nil {
		j.known[0]++
	}
	for _, f := range r.Family.Facts {
		if f.No < len(j.facts) && j.facts[f.No].group >= 0 {
			j.known[j.facts[f.No].group]++
		}
	}
	for i := range r.Members {
		if m := &r.Members[i]; m.Status == registry.PersonActive {
			persons++
			j.member(m)
		}
	}
	return persons
}

func (j *Judge) member(m *registry.Person) {
	age := ageUnknown
	if m.Born != nil {
		j.known[0]++
		age = max(0, min(m.Born.YearsOn(j.today), oldest))
	}
	if m.NIKBlind != nil {
		j.known[0]++
	}
	for _, f := range m.Facts {
		if f.No < len(j.facts) && j.facts[f.No].askedAt(age) {
			j.known[j.facts[f.No].group]++
		}
	}
	for g, n := range j.members[age] {
		j.total[g] += n
	}
}

func (j *Judge) completeness(s *State, emit func(Measure, string, int64, int64)) {
	var known, total int64
	for i, g := range j.groups {
		if j.total[i] == 0 {
			continue
		}
		emit(Known, g, j.known[i], j.total[i])
		if j.known[i] < j.total[i] {
			s.Missing = append(s.Missing, g)
		}
		known, total = known+j.known[i], total+j.total[i]
	}
	s.Known = 1000 * known / max(total, 1)
	if 100*known < j.rule.CompletePercent*total {
		s.Issues |= Incomplete
	} else {
		emit(Complete, "", 1, 0)
	}
}

func (j *Judge) warnings(s *State, all []registry.IdentityWarning, emit func(Measure, string, int64, int64)) {
	for _, w := range all {
		if slices.Contains(s.Warnings, w.Code) {
			continue
		}
		s.Warnings = append(s.Warnings, w.Code)
		emit(Warned, w.Code, 1, 0)
		if !j.rule.Minor(w.Code) {
			s.Issues |= HasWarning
		}
	}
	slices.Sort(s.Warnings)
	if s.Has(HasWarning) {
		emit(Warned, "", 1, 0)
	}
}

func (j *Judge) around(s *State, a *Around, emit func(Measure, string, int64, int64)) {
	if a.Twice[s.Family] {
		s.Issues |= OnRecordTwice
		emit(Twice, "", 1, 0)
	}
	if !a.Visited[s.Family] {
		s.Issues |= NeverVisited
		emit(Unvisited, "", 1, 0)
	}
	if s.Programmes = a.Waiting[s.Family]; len(s.Programmes) > 0 {
		s.Issues |= Undetermined
		emit(Waiting, "", 1, 0)
		for _, p := range s.Programmes {
			emit(Waiting, p, 1, 0)
		}
	}
}
