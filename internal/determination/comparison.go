package determination

import (
	"context"
	"maps"
	"math/bits"
	"runtime"
	"slices"
	"strconv"

	"gotong/internal/column"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

func workers() int { return runtime.GOMAXPROCS(0) }

func rupiah(v int64) money.Rupiah { return money.Rupiah(v) }

// Comparison is what a try comes to beside what is in force. Counts are of
// families, or of persons in a programme of persons.
type Comparison struct {
	Families   int64             `json:"families"`
	Programmes []ProgrammeChange `json:"programmes"`
}

// ProgrammeChange is that of one programme.
type ProgrammeChange struct {
	Code      string   `json:"code"`
	Persons   bool     `json:"persons"`
	Before    Counts   `json:"before"` // zero for a new programme
	After     Counts   `json:"after"`
	Failed    int64    `json:"failed"`              // of whom a rule cannot be computed: such a programme cannot be enacted
	FailedAt  []string `json:"failed_at,omitempty"` // where the rules that cannot be computed stand
	Unlimited bool     `json:"unlimited"`           // the quota reaches beyond the area: all who qualify count as entitled
	Change
	Groups []GroupChange `json:"groups"` // by kind, then by value
}

// Change is who gains and who loses.
type Change struct {
	Winners int64        `json:"winners"` // entitled now and not before
	Losers  int64        `json:"losers"`  // entitled before and not now
	More    int64        `json:"more"`    // entitled before and now, to more
	Less    int64        `json:"less"`    // entitled before and now, to less
	Cost    money.Rupiah `json:"cost"`    // of a year, after less before
}

// GroupKind is what a group is by.
type GroupKind string

// The kinds of groups.
const (
	ByDecile     GroupKind = "decile"     // 1 to 10
	BySex        GroupKind = "sex"        // male or female: of the person, or of the family's head
	ByDisability GroupKind = "disability" // yes or no: of the person, or of any member
	ByRegion     GroupKind = "region"     // regency or city; district where the trial is of one regency
	ByPoverty    GroupKind = "poverty"    // yes or no: whether predicted consumption is below the poverty line
	ByTruth      GroupKind = "truth"      // yes or no: whether true consumption is, where it is known
)

// GroupChange is that of one group.
type GroupChange struct {
	Kind   GroupKind `json:"kind"`
	Value  string    `json:"value"` // empty where it is not known
	All    int64     `json:"all"`   // subjects in the group
	Before int64     `json:"before"`
	After  int64     `json:"after"`
	Change
}

// groups say to which group of each kind each row belongs, as places in the
// trial's values; families and members apart.
type groups struct {
	families, members [groupCount][]int32
}

// groupValues are the values that the groups of a kind have, in order, and
// how many families and members are in each.
type groupValues struct {
	values            []int32
	families, members []int64
}

const groupCount = 6

var groupKinds = [groupCount]GroupKind{ByDecile, BySex, ByDisability, ByRegion, ByPoverty, ByTruth}

const notKnown = -1

// group sorts the rows of the trial into groups, once.
func (t *Trial) group(ctx context.Context) error {
	if t.values != nil {
		return nil
	}
	choice := snapshot.Only().With(indicator.Family, "head_female").With(indicator.Family, "disabled").With(indicator.Family, "urban").
		With(indicator.Person, "sex").With(indicator.Person, "disability")
	for _, part := range t.parts {
		g := &groups{}
		for k := range g.families {
			g.families[k], g.members[k] = make([]int32, part.facts.Families), make([]int32, part.facts.Members)
		}
		part.groups = g
		area, on := t.input.Snapshot.Parts[part.index].Area, t.input.Snapshot.AsOf
		poor := map[targeting.Setting]money.Rupiah{}
		for _, s := range []targeting.Setting{targeting.Anywhere, targeting.Urban, targeting.Rural} {
			poor[s] = t.lines.Poor(area, s, on)
		}
		ids, err := t.whose(part)
		if err != nil {
			return err
		}
		err = part.each(ctx, choice, func(_ int, f *snapshot.Families) {
			part.ranks.Fill(f)
			t.groupStretch(g, f, poor, ids)
		})
		if err != nil {
			return err
		}
	}
	for k := range groupKinds {
		t.values = append(t.values, t.place(k))
	}
	return nil
}

// place replaces the values of a kind by their places among all of them.
func (t *Trial) place(k int) groupValues {
	var g groupValues
	at := map[int32]int32{}
	for _, part := range t.parts {
		for _, v := range part.groups.families[k] {
			at[v] = 0
		}
		for _, v := range part.groups.members[k] {
			at[v] = 0
		}
	}
	g.values = slices.Sorted(maps.Keys(at))
	for i, v := range g.values {
		at[v] = int32(i)
	}
	g.families, g.members = make([]int64, len(g.values)), make([]int64, len(g.values))
	for _, part := range t.parts {
		for row, v := range part.groups.families[k] {
			part.groups.families[k][row] = at[v]
			g.families[at[v]]++
		}
		for row, v := range part.groups.members[k] {
			part.groups.members[k][row] = at[v]
			g.members[at[v]]++
		}
	}
	return g
}

// whose returns the families of a partition, where what is true of them is
// known; else nil.
func (t *Trial) whose(part *trialPart) ([]ident.ID, error) {
	if len(t.input.Truth) == 0 {
		return nil, nil
	}
	f, err := readIDs(t.input.Snapshot, t.input.Snapshot.Parts[part.index])
	if err != nil {
		return nil, err
	}
	return f.IDs, nil
}

// truly says whether true consumption is below a poverty line.
func (t *Trial) truly(ids []ident.ID, row int, line money.Rupiah) int32 {
	if ids == nil || line == 0 {
		return notKnown
	}
	switch v, known := t.input.Truth[ids[row]]; {
	case !known:
		return notKnown
	case v < line:
		return 1
	}
	return 0
}

func (t *Trial) groupStretch(g *groups, f *snapshot.Families, poor map[targeting.Setting]money.Rupiah, ids []ident.ID) {
	urban := f.Families.Columns["urban"]
	score, decile, head, disabled := targeting.OwnScore(f.Families), f.Families.Columns["decile"], f.Families.Columns["head_female"], f.Families.Columns["disabled"]
	sex, disability := f.Members.Columns["sex"], f.Members.Columns["disability"]
	for i := range f.Areas {
		row := f.First + i
		line := poor[targeting.SettingOf(urban.At(i))]
		own := [groupCount]int32{number(decile, i), number(head, i), atLeastOne(disabled, i), t.region(f.Areas[i]), below(score, i, line), t.truly(ids, row, line)}
		for k, v := range own {
			g.families[k][row] = v
		}
		from, to := f.MembersOf(i)
		for m := from; m < to; m++ {
			at := f.FirstMember + m
			of := number(sex, m)
			if of != notKnown {
				of-- // option 1 is male, 2 is female: as head_female has it
			}
			for k, v := range [groupCount]int32{own[0], of, atLeastOne(disability, m), own[3], own[4], own[5]} {
				g.members[k][at] = v
			}
		}
	}
}

func number(c *column.Column, row int) int32 {
	if v, known := c.At(row); known {
		return int32(v)
	}
	return notKnown
}

// atLeastOne turns a count of disabled members, or a degree of disability of
// which 0 is none, into no and yes.
func atLeastOne(c *column.Column, row int) int32 { return min(number(c, row), 1) }

// below says whether predicted consumption is below a poverty line.
func below(score *column.Column, row int, line money.Rupiah) int32 {
	v, known := score.At(row)
	switch {
	case !known || line == 0:
		return notKnown
	case targeting.Consumption(v) < line:
		return 1
	}
	return 0
}

// region is the area by which a trial shows regions.
func (t *Trial) region(village int64) int32 {
	if len(t.Area) == partDigits {
		return int32(village / 10_000) // district
	}
	return int32(village / 1_000_000)
}

// valueOf writes a group's number.
func valueOf(k GroupKind, v int32) string {
	switch {
	case v == notKnown:
		return ""
	case k == BySex:
		return [...]string{"male", "female"}[v]
	case k == ByDisability || k == ByPoverty || k == ByTruth:
		return [...]string{"no", "yes"}[v]
	}
	return strconv.Itoa(int(v))
}

// compare holds what was tried against what is in force.
func (t *Trial) compare(all []*programme.Programme, after map[string]*tried) *Comparison {
	c := &Comparison{Families: t.Families}
	for _, p := range all {
		now, was := after[p.Code], t.base[p.Code]
		x := ProgrammeChange{Code: p.Code, Persons: p.Subject.EachMember(), After: now.counts, Failed: now.failed, FailedAt: now.failedAt, Unlimited: now.unlimited}
		if was != nil {
			x.Before = was.counts
		}
		x.Cost = x.After.Annual - x.Before.Annual
		t.changes(&x, was, now)
		c.Programmes = append(c.Programmes, x)
	}
	return c
}

// changes goes through those who are entitled before or after.
func (t *Trial) changes(x *ProgrammeChange, was, now *tried) {
	var sums [groupCount][]GroupChange
	for k := range sums {
		sums[k] = make([]GroupChange, len(t.values[k].values))
	}
	for i, part := range t.parts {
		of := &part.groups.families
		if x.Persons {
			of = &part.groups.members
		}
		after := &now.parts[i]
		before := &triedPart{entitled: column.NewBitmap(len(of[0]))}
		if was != nil {
			before = &was.parts[i]
		}
		for w := range after.entitled {
			for word := before.entitled[w] | after.entitled[w]; word != 0; word &= word - 1 {
				row := w<<6 + bits.TrailingZeros64(word)
				var one GroupChange
				one.count(before, after, row)
				for k := range sums {
					sums[k][of[k][row]].add(&one)
				}
			}
		}
	}
	for k, kind := range groupKinds {
		if kind == ByTruth && len(t.input.Truth) == 0 {
			continue
		}
		for i, v := range t.values[k].values {
			g := &sums[k][i]
			g.Kind, g.Value, g.All = kind, valueOf(kind, v), t.values[k].families[i]
			if x.Persons {
				g.All = t.values[k].members[i]
			}
			if k == 0 {
				x.Winners, x.Losers, x.More, x.Less = x.Winners+g.Winners, x.Losers+g.Losers, x.More+g.More, x.Less+g.Less
			}
			x.Groups = append(x.Groups, *g)
		}
	}
}

func (g *GroupChange) add(o *GroupChange) {
	g.Before, g.After = g.Before+o.Before, g.After+o.After
	g.Winners, g.Losers, g.More, g.Less = g.Winners+o.Winners, g.Losers+o.Losers, g.More+o.More, g.Less+o.Less
	g.Cost += o.Cost
}

// count counts one subject.
func (g *GroupChange) count(before, after *triedPart, row int) {
	b, a := before.entitled.Get(row), after.entitled.Get(row)
	was, now := int64(0), int64(0)
	if b {
		g.Before++
		was = before.annual[row]
	}
	if a {
		g.After++
		now = after.annual[row]
	}
	switch {
	case !b:
		g.Winners++
	case !a:
		g.Losers++
	case now > was:
		g.More++
	case now < was:
		g.Less++
	}
	g.Cost += rupiah(now - was)
}
