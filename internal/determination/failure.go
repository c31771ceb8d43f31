package determination

import (
	"cmp"
	"sort"
	"strconv"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// Failure is a rule that cannot be computed for some subjects, though no fact
// of theirs is missing: it divides by zero, leaves 64 bits, or asks for the
// least of nothing. Collecting facts does not cure it, and what is enacted
// must not rest on it; the rule has to be mended.
type Failure struct {
	At       string   `json:"at"`       // where the rule is written
	Subjects int64    `json:"subjects"` // of whom it cannot be computed
	Family   ident.ID `json:"family"`   // the first, in the snapshot's order
	Area     string   `json:"area"`     // its village
}

// failedRules count the subjects of a batch for whom a rule fails.
type failedRules map[*rule.Rule]*failedRule

type failedRule struct {
	subjects    int64
	first, last int // rows of subjects
}

// tell counts a subject once for each rule; its rows come in order.
func (f failedRules) tell(r *rule.Rule, row int) {
	x := f[r]
	if x == nil {
		f[r] = &failedRule{1, row, row}
	} else if row != x.last {
		x.subjects++
		x.last = row
	}
}

// failing is a Failure while stretches are still to come, with the place of
// its first subject.
type failing struct {
	subjects          int64
	part, row, family int // rows in the partition
}

// note takes up what failed in a stretch, whose first subject is row.
func (e *engine) note(k, part, row int, f *snapshot.Families, failed failedRules) {
	if len(failed) == 0 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for r, x := range failed {
		first := failing{0, part, row + x.first, f.First + familyAt(e.plan.all[k], f, x.first)}
		have := e.failures[k][r]
		if have == nil || cmp.Or(cmp.Compare(first.part, have.part), cmp.Compare(first.row, have.row)) < 0 {
			if have != nil {
				first.subjects = have.subjects
			}
			have = &first
			e.failures[k][r] = have
		}
		have.subjects += x.subjects
	}
}

// familyAt returns the family of a subject's row in a stretch.
func familyAt(p *programme.Programme, f *snapshot.Families, row int) int {
	if !p.Subject.EachMember() {
		return row
	}
	return sort.Search(f.Families.Rows, func(i int) bool { return int(f.Offsets[i+1]) > row })
}

// failed lists what failed of a programme, in the order of its rules.
func (e *engine) failed(k int) ([]Failure, error) {
	var all []Failure
	for _, r := range rulesOf(e.plan.all[k]) {
		x := e.failures[k][r]
		if x == nil {
			continue
		}
		who := snapshot.Only().WithIDs()
		p, err := e.Snapshot.PartitionOf(e.Snapshot.Parts[x.part], who)
		if err != nil {
			return nil, err
		}
		f, err := p.Read(x.family, x.family+1, who)
		if err != nil {
			return nil, err
		}
		all = append(all, Failure{At: r.Place(), Subjects: x.subjects, Family: f.IDs[0], Area: f.Area(0)})
	}
	return all, nil
}

// Words are the places of the message determination.failed.
func (f Failure) Words(programme string) []any {
	return []any{"programme", programme, "at", f.At, "n", strconv.FormatInt(f.Subjects, 10), "family", f.Family.String(), "area", f.Area}
}

// computable refuses a determination with a rule that cannot be computed.
func (c Content) computable() error {
	for _, r := range c.Programmes {
		for _, f := range r.Failures {
			return fault.Invalid("determination.failed", f.Words(r.Code)...)
		}
	}
	return nil
}
