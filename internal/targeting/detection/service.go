package detection

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
	"gotong/internal/work"
)

// Register names families.
type Register interface {
	MembersOf(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]*registry.Record, error)
}

// Deps are what a Service is made of.
type Deps struct {
	Unit      work.Unit
	Snapshots *snapshot.Service
	Register  Register
	Policy    Policy
	Log       *audit.Log
}

// Service detects on the newest snapshot.
type Service struct{ Deps }

// NewService returns a Service.
func NewService(d Deps) *Service { return &Service{d} }

// Filter says which families to list.
type Filter struct {
	Area    string     // code of any level; empty for all of the actor's
	Verdict Verdict    // empty for all
	Test    string     // id of a question; empty for all
	Answer  rule.Truth // to Test
	Asked   bool       // Answer counts
}

// Row is a family's finding.
type Row struct {
	Family ident.ID
	Area   string
	Head   string // filled by Name
	Where  string
	Finding
}

// Report is what the newest snapshot says of an area.
type Report struct {
	Version  Version
	AsOf     civil.Date
	Snapshot ident.ID
	Families int64
	Counts   map[Verdict]int64
	Tests    []Tally // the first question, then the tests
	Rows     []Row   // that the filter lets through: the poorest verdict and the most tests met first
}

// Tally counts the answers to one question.
type Tally struct {
	Test             *Test
	Yes, No, Unknown int64
}

// Detect applies the detection to an area. Counts are of all its families,
// rows of those that the filter lets through; they name nobody. The look at
// these is recorded.
func (s *Service) Detect(ctx context.Context, purpose access.Purpose, f Filter) (Report, error) {
	r, err := s.detect(ctx, f)
	if err != nil || len(r.Rows) == 0 {
		return r, err
	}
	return r, s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "detection.list", Area: f.Area, Fields: []string{"first_detection"}, Count: int64(len(r.Rows))})
	})
}

func (s *Service) detect(ctx context.Context, f Filter) (Report, error) {
	var r Report
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return r, err
	}
	within := actor.Scope.Within(f.Area)
	snap, err := s.open(ctx, &r)
	if err != nil {
		return r, err
	}
	r.Counts = map[Verdict]int64{}
	for _, t := range r.Version.each() {
		r.Tests = append(r.Tests, Tally{Test: t})
	}
	test := r.Version.Test(f.Test)
	choice := r.Version.columns()
	for _, part := range snap.Parts {
		if !within.Touches(part.Area) {
			continue
		}
		p, err := snap.PartitionOf(part, choice)
		if err != nil {
			return r, err
		}
		for from := 0; from < p.Families; from += snapshot.Stretch {
			families, err := p.Read(from, min(from+snapshot.Stretch, p.Families), choice)
			if err != nil {
				return r, err
			}
			r.add(families, within.Covers, f, test)
		}
	}
	slices.SortStableFunc(r.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(slices.Index(Verdicts, a.Verdict), slices.Index(Verdicts, b.Verdict)), cmp.Compare(b.Met, a.Met))
	})
	return r, ctx.Err()
}

func (s *Service) open(ctx context.Context, r *Report) (*snapshot.Snapshot, error) {
	headers, err := s.Snapshots.Headers(ctx, 1)
	if err != nil {
		return nil, err
	}
	if len(headers) == 0 {
		return nil, fault.NotFound("targeting.detection.no_snapshot")
	}
	r.AsOf, r.Snapshot = headers[0].AsOf, headers[0].ID
	if r.Version, err = s.Policy.On(r.AsOf); err != nil {
		return nil, err
	}
	return s.Snapshots.Open(ctx, r.Snapshot)
}

func (r *Report) add(f *snapshot.Families, covers func(string) bool, want Filter, test int) {
	for i, found := range r.Version.findAll(&f.Batch) {
		area := f.Area(i)
		if !covers(area) {
			continue
		}
		r.Families++
		r.Counts[found.Verdict]++
		for k, a := range found.Answers {
			switch a {
			case rule.Yes:
				r.Tests[k].Yes++
			case rule.No:
				r.Tests[k].No++
			default:
				r.Tests[k].Unknown++
			}
		}
		if want.Verdict != "" && want.Verdict != found.Verdict || want.Asked && (test < 0 || found.Answers[test] != want.Answer) {
			continue
		}
		r.Rows = append(r.Rows, Row{Family: f.IDs[i], Area: area, Finding: found})
	}
}

// Name fills the heads and addresses of rows, as on record now; who left the
// register since, or asked that their data be processed no more, stays without
// a name. The look is recorded.
func (s *Service) Name(ctx context.Context, rows []Row, purpose access.Purpose) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]ident.ID, len(rows))
	at := make(map[ident.ID]*Row, len(rows))
	for i := range rows {
		ids[i], at[rows[i].Family] = rows[i].Family, &rows[i]
	}
	records, err := s.Register.MembersOf(ctx, ids, purpose)
	if err != nil {
		return err
	}
	for _, rec := range records {
		if rec.Family.Status == registry.FamilySuspended {
			continue
		}
		row := at[rec.Family.ID]
		row.Where = rec.Family.Address
		if rec.Family.RT != "" {
			row.Where = strings.TrimSpace(row.Where + " RT " + rec.Family.RT + " RW " + rec.Family.RW)
		}
		for i := range rec.Members {
			if m := &rec.Members[i]; row.Head == "" || m.Relation == registry.RelationHead {
				row.Head = m.Name
			}
		}
	}
	return nil
}

// Explanation is what the detection says of one family, question by question.
type Explanation struct {
	Version Version
	AsOf    civil.Date
	Finding
	Questions []Explained
}

// Explain explains the detection of a family of the actor's areas. The look
// is recorded.
func (s *Service) Explain(ctx context.Context, purpose access.Purpose, family ident.ID) (Explanation, error) {
	var x Explanation
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return x, err
	}
	records, err := s.Register.MembersOf(ctx, []ident.ID{family}, purpose)
	if err != nil {
		return x, err
	}
	if len(records) == 0 {
		return x, fault.NotFound("core.error.not_found")
	}
	var r Report
	snap, err := s.open(ctx, &r)
	if err != nil {
		return x, err
	}
	x.Version, x.AsOf = r.Version, r.AsOf
	choice := r.Version.columns()
	area := records[0].Family.Area
	for _, part := range snap.Parts {
		if !strings.HasPrefix(area, part.Area) {
			continue
		}
		p, err := snap.PartitionOf(part, choice)
		if err != nil {
			return x, err
		}
		row, err := p.Find(area, family)
		if err != nil {
			return x, fault.NotFound("targeting.detection.not_there", "date", r.AsOf)
		}
		f, err := p.Read(row, row+1, choice)
		if err != nil {
			return x, err
		}
		x.Finding, x.Questions = x.Version.findAll(&f.Batch)[0], x.Version.explain(&f.Batch, 0)
		return x, s.Unit.Read(ctx, func(ctx context.Context) error {
			return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "detection.explain", Subject: family.String(), Fields: []string{"first_detection"}, Count: 1})
		})
	}
	return x, fault.NotFound("targeting.detection.not_there", "date", r.AsOf)
}
