// Package conditiontest tests duties on real databases, in a small town whose
// programme file is the real one.
package conditiontest

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gotong/indicators"
	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/condition"
	"gotong/internal/condition/conditiondb"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/seal"
	policyfiles "gotong/policy"
	"gotong/programmes"
)

// Start is when the world begins: nine in the morning in Jakarta.
var Start = time.Date(2026, 1, 20, 2, 0, 0, 0, time.UTC)

// Village is where everything happens.
const Village = "3172041004"

// World is a condition service with everything around it.
type World struct {
	*condition.Service
	T     testing.TB
	Clock *clock.Stepping
	Town  *Town
	DB    *db.DB
	Audit *audit.Service
}

// New builds a world of n families on a database.
func New(t testing.TB, d *db.DB, n int) *World {
	t.Helper()
	dir := t.TempDir()
	keys, err := seal.Load(filepath.Join(dir, "keys"), "")
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := indicator.Load(indicators.Files)
	if err != nil {
		t.Fatal(err)
	}
	files, err := programme.Load(catalogue, programmes.Files)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := condition.LoadPolicy(policyfiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, DB: d, Clock: clock.NewStepping(Start, time.Millisecond), Town: NewTown(n, files)}
	w.Audit = audit.NewService(d, auditdb.New(), keys, w.Clock, filepath.Join(dir, "anchor"))
	w.Service = condition.New(condition.Config{Unit: d, Store: conditiondb.New(), Log: w.Audit.Log(), Decisions: w.Town, Programmes: w.Town, People: w.Town,
		Letters: w.Town, Staff: w.Town, Villages: w.Town, Vault: keys, Folder: w.Town, Policy: rules, Clock: w.Clock, IDs: ident.NewMaker(w.Clock, bytes.NewReader(bytes.Repeat([]byte{7, 1, 9, 3}, 1<<16))), Refusal: db.IsConstraint})
	return w
}

// As returns a context in which a member of staff acts: dina is of the
// office, peni and pana are facilitators, mira and maya decide, tari pays, oki
// is the village's operator, otto that of another village, aulia examines.
func As(login string) context.Context {
	roles := map[string]access.Role{"dina": access.Officer, "peni": access.Facilitator, "pana": access.Facilitator, "mira": access.Manager, "maya": access.Manager,
		"tari": access.Treasurer, "oki": access.Operator, "otto": access.Operator, "aulia": access.Auditor}
	scope := access.Areas("3172")
	switch login {
	case "oki":
		scope = access.Areas(Village)
	case "otto":
		scope = access.Areas("3674011001")
	}
	return access.With(context.Background(), access.Actor{Login: login, Name: login, Roles: []access.Role{roles[login]}, Scope: scope})
}

// OK fails the test on an error.
func (w *World) OK(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Refused fails the test unless err is of a kind.
func (w *World) Refused(kind fault.Kind, err error) {
	w.T.Helper()
	if !fault.Is(err, kind) {
		w.T.Fatalf("want %s, got %v", kind, err)
	}
}

// Month reads a month.
func Month(text string) condition.Month {
	m, err := condition.ParseMonth(text)
	if err != nil {
		panic(err)
	}
	return m
}

// Day sets the clock to nine in the morning of a day.
func (w *World) Day(day string) {
	w.Clock.Advance(civil.MustParse(day).Time().Add(2 * time.Hour).Sub(w.Clock.Now()))
}

// Opened opens a month of PKH.
func (w *World) Opened(month string) condition.Opened {
	w.T.Helper()
	o, err := w.OpenMonth(As("dina"), condition.OpenArgs{Programme: "pkh", Month: Month(month)}, run.Silent{})
	w.OK(err)
	return o
}

// Owed returns the duty of a condition that a family's member owes in a month.
func (w *World) Owed(family int, id, month string) condition.Duty {
	w.T.Helper()
	f, err := w.OfFamily(As("aulia"), w.Town.Families[family], Month(month), Month(month))
	w.OK(err)
	for _, d := range f.Duties {
		if d.Condition == id {
			return d
		}
	}
	w.T.Fatalf("family %d does not owe %s in %s", family, id, month)
	return condition.Duty{}
}

// Attended says that a pupil was at school for some per cent of a month, and
// verifies the family's month.
func (w *World) Attended(family int, month string, percent int64) {
	w.T.Helper()
	r := condition.Report{Duty: w.Owed(family, "attendance_sd", month).ID, Measure: &percent}
	w.OK(w.Verify(As("peni"), w.Town.Families[family], Month(month), []condition.Report{r}, ""))
}

// Town is its people and what is decided about them: in every family a pupil,
// in every second a small child.
type Town struct {
	Families []ident.ID
	Moved    map[ident.ID]bool
	Set      *programme.Set
	Letters  []ident.ID
	Broken   error // what issuing a letter fails with
	Box      map[string][]byte
}

// NewTown is a town of n families.
func NewTown(n int, set *programme.Set) *Town {
	t := &Town{Moved: map[ident.ID]bool{}, Set: set, Box: map[string][]byte{}}
	for i := range n {
		t.Families = append(t.Families, ident.ID{3, byte(i)})
	}
	return t
}

// Pupil is the n-th family's pupil.
func Pupil(n int) ident.ID { return ident.ID{4, byte(n)} }

// Child is the n-th family's small child.
func Child(n int) ident.ID { return ident.ID{5, byte(n)} }

// Owing gives the duties, not in the order of a list.
func (t *Town) Owing(_ context.Context, code string, fn func(condition.Owed) error) (ident.ID, *programme.Programme, error) {
	p, err := t.Set.Version(code, civil.MustParse("2026-01-01"))
	if err != nil {
		return ident.ID{}, nil, err
	}
	for i, f := range slices.Backward(t.Families) {
		for k := range p.Conditions {
			c := &p.Conditions[k]
			who := ident.ID{}
			switch {
			case c.Component == "sd":
				who = Pupil(i)
			case c.Component == "early_childhood" && i%2 == 0 && c.ID != "newborn" && c.ID != "immunisation":
				who = Child(i)
			default:
				continue
			}
			if err := fn(condition.Owed{FamilyID: f, PersonID: who, Area: Village, Condition: c}); err != nil {
				return ident.ID{}, nil, err
			}
		}
	}
	return ident.ID{9}, p, nil
}

// InForce returns the version of a day.
func (t *Town) InForce(code string, day civil.Date) (*programme.Programme, error) {
	return t.Set.Version(code, day)
}

// Version returns a version by its name.
func (t *Town) Version(code, version string) (*programme.Programme, error) {
	return t.Set.Version(code, civil.MustParse(version))
}

// WithDuties lists PKH.
func (t *Town) WithDuties(day civil.Date) []*programme.Programme {
	p, err := t.Set.Version("pkh", day)
	if err != nil {
		return nil
	}
	return []*programme.Programme{p}
}

// Members names people.
func (t *Town) Members(_ context.Context, families []ident.ID, _ access.Purpose) ([]condition.Person, error) {
	var all []condition.Person
	for _, f := range families {
		n := f[1]
		for i, who := range []ident.ID{{2, n}, {4, n}, {5, n}} {
			all = append(all, condition.Person{ID: who, FamilyID: f, Name: fmt.Sprintf("%s %02d", []string{"Ibu", "Murid", "Balita"}[i], n), Area: Village,
				Address: fmt.Sprintf("Gang %d", n), Head: i == 0, Gone: t.Moved[who]})
		}
	}
	return all, nil
}

// Gone returns who moved.
func (t *Town) Gone(context.Context, string) (map[ident.ID]bool, error) { return t.Moved, nil }

// Issue keeps which letters were issued.
func (t *Town) Issue(_ context.Context, effect ident.ID, _ string) (ident.ID, error) {
	if t.Broken != nil {
		return ident.ID{}, t.Broken
	}
	t.Letters = append(t.Letters, effect)
	return ident.ID{8, byte(len(t.Letters))}, nil
}

// Village knows the villages of two regencies, by their digits alone.
func (t *Town) Village(text string) (string, error) {
	code := strings.ReplaceAll(text, ".", "")
	if len(code) != len(Village) || !strings.HasPrefix(code, "3172") && !strings.HasPrefix(code, "3674") {
		return "", fault.Invalid("condition.facility_village")
	}
	return code, nil
}

// Facilitator knows peni and pana.
func (t *Town) Facilitator(_ context.Context, login, _ string) error {
	if login != "peni" && login != "pana" {
		return fault.Invalid("condition.not_facilitator", "login", login)
	}
	return nil
}

// Put keeps a picture.
func (t *Town) Put(name string, b []byte) error {
	t.Box[name] = bytes.Clone(b)
	return nil
}

// Read returns a picture.
func (t *Town) Read(name string) ([]byte, error) {
	b, ok := t.Box[name]
	if !ok {
		return nil, fault.NotFound("condition.no_picture")
	}
	return b, nil
}
