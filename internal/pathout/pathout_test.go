package pathout

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingtest"
	"gotong/policy"
	"gotong/programmes"
)

func shipped(t *testing.T) *Policy {
	t.Helper()
	p, err := Load(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// neighbours stand in for the services below: one family and what it gets.
type neighbours struct {
	house *determination.Household
	rows  []determination.Row
	all   []*programme.Programme
	err   error
}

func (n neighbours) Current(context.Context) (determination.Header, error) {
	return determination.Header{ID: snapshottest.ID(1)}, n.err
}

func (n neighbours) Household(context.Context, access.Purpose, ident.ID, ident.ID) (*determination.Household, error) {
	return n.house, nil
}

func (n neighbours) OfFamily(context.Context, access.Purpose, ident.ID, ident.ID) ([]determination.Row, error) {
	return n.rows, nil
}

func (n neighbours) ProgrammesOf(context.Context, ident.ID) ([]*programme.Programme, error) {
	return n.all, nil
}

func (n neighbours) History(context.Context, access.Purpose, ident.ID) ([]targeting.Standing, error) {
	return []targeting.Standing{{Place: targeting.Place{Model: "m"}}}, nil
}

func household(t *testing.T, r snapshot.Record) *determination.Household {
	t.Helper()
	keys := snapshottest.Keys(t)
	s := snapshottest.Build(t, keys, []snapshot.Record{r})
	p, err := s.Partition(s.Parts[0])
	if err != nil {
		t.Fatal(err)
	}
	f, err := p.Read(0, 1, snapshot.Columns{})
	if err != nil {
		t.Fatal(err)
	}
	ranks, err := targetingtest.Rank(t, keys, s).Ranks(0)
	if err != nil {
		t.Fatal(err)
	}
	ranks.Fill(f)
	rec := &registry.Record{}
	for i, m := range r.Members {
		rec.Members = append(rec.Members, registry.Person{ID: m.ID, Name: []string{"Siti", "Joko", "Adi"}[i]})
	}
	return &determination.Household{Families: f, Area: r.Area, Dossier: &registry.Dossier{Record: rec}, AsOf: s.AsOf}
}

func family() snapshot.Record {
	member := func(n, age int, relation int64, facts ...string) snapshot.Member {
		return snapshot.Member{ID: snapshottest.ID(n), Born: snapshottest.Born(age), Female: n == 11, Relation: relation,
			Facts: snapshottest.PersonFacts(append([]string{"presence", "living_here", "disability", "none"}, facts...)...)}
	}
	return snapshot.Record{Family: snapshottest.ID(10), Area: "3172041004",
		Facts: snapshottest.FamilyFacts("food_worry", "tidak", "house_damaged", "ya", "floor_area", "30", "water", "surface", "toilet", "own",
			"lighting", "pln_metered", "active_account", "none"),
		Members: []snapshot.Member{
			member(11, 35, 1, "working", "ya", "school", "none", "health_insurance", "pbi", "own_business", "ya", "kur", "tidak", "umi", "tidak"),
			member(12, 30, 2, "working", "tidak", "school", "none", "health_insurance", "pbi", "own_business", "tidak"),
			member(13, 9, 3, "school", "none", "working", "tidak", "own_business", "tidak"),
		}}
}

func TestPathOfOneFamily(t *testing.T) {
	set, err := programme.Load(indicator.Default(), programmes.Files)
	if err != nil {
		t.Fatal(err)
	}
	all := set.InForce(snapshottest.AsOf)
	row := func(code string, o determination.Outcome) determination.Row {
		return determination.Row{Subject: determination.Subject{FamilyID: snapshottest.ID(10)}, Programme: code, Outcome: o}
	}
	rows := []determination.Row{row("pkh", determination.Entitled), row("sembako", determination.Entitled),
		row("pena", determination.Entitled), row("rst", determination.Waitlisted)}
	rows[0].Annual, rows[1].Annual, rows[2].Annual, rows[3].Annual = 1_000_000, 2_400_000, 6_000_000, 20_000_000
	n := neighbours{house: household(t, family()), rows: rows, all: all}
	p, err := NewService(shipped(t), n, n).Of(context.Background(), access.PurposeService, snapshottest.ID(10))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Relief{Once: 6_000_000}, p.Income); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Relief{Annual: 3_400_000}, p.Spending); diff != "" {
		t.Error(diff)
	}
	if each, more := p.Spending.Monthly(); each*12+money.Rupiah(more) != 3_400_000 || more < 0 || more > 11 {
		t.Errorf("%d a month and %d rupiah more", each, more)
	}
	if len(p.Received) != 3 || p.Received[0].Programme.Code != "pena" || !p.Received[0].Once || !p.Received[0].Goods {
		t.Errorf("received %+v", p.Received)
	}
	needs := map[string]rule.Truth{}
	for _, x := range p.Needs {
		needs[x.Need.Code] = x.Met
	}
	want := map[string]rule.Truth{"food": rule.Yes, "house": rule.No, "water": rule.No, "toilet": rule.Yes, "power": rule.Yes,
		"school": rule.No, "health": rule.Unknown} // nobody asked about the child's insurance
	if diff := cmp.Diff(want, needs); diff != "" {
		t.Error(diff)
	}
	if len(p.Engines) != 1 || p.Engines[0].Name != "Joko" || p.Engines[0].Age != 30 || !p.Engines[0].Certain {
		t.Errorf("second engines %+v", p.Engines)
	}
	var next, ask []string
	for _, s := range p.Next {
		next = append(next, s.Step.ID)
	}
	for _, s := range p.Ask {
		ask = append(ask, s.Step.ID)
		if s.MissingIn(i18n.ID) == "" {
			t.Errorf("%s: nothing to ask", s.Step.ID)
		}
	}
	if diff := cmp.Diff([]string{"back_to_school", "second_engine_business", "second_engine_course", "credit", "account"}, next); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"health_card", "house"}, ask); diff != "" { // without a decile
		t.Error(diff)
	}
	if len(p.Standings) != 1 {
		t.Errorf("standings %v", p.Standings)
	}
}

// Whoever has an account on record is not told to open one, whatever they said.
func TestAnAccountOnRecordNeedsNoOpening(t *testing.T) {
	house := household(t, family())
	n := neighbours{house: house}
	for status, want := range map[registry.AccountStatus]bool{registry.AccountVerified: false, registry.AccountUnchecked: false, registry.AccountClosed: true} {
		house.Dossier.Accounts = []registry.MaskedAccount{{Status: status}}
		p, err := NewService(shipped(t), n, n).Of(context.Background(), access.PurposeService, snapshottest.ID(10))
		if err != nil {
			t.Fatal(err)
		}
		got := false
		for _, s := range p.Next {
			got = got || s.Step.ID == "account"
		}
		if got != want {
			t.Errorf("with an account that is %s it is suggested: %v", status, got)
		}
	}
}

func TestNoDeterminationInForce(t *testing.T) {
	n := neighbours{err: fault.NotFound("determination.missing")}
	if _, err := NewService(shipped(t), n, n).Of(context.Background(), access.PurposeService, snapshottest.ID(10)); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("%v", err)
	}
}

func TestShippedPolicyIsSourced(t *testing.T) {
	p := shipped(t)
	if !p.Source.Translated() || len(p.Needs) == 0 || len(p.Steps) == 0 {
		t.Fatalf("%+v", p)
	}
	for _, q := range p.Params {
		if !q.Source.Translated() || q.From == 0 {
			t.Errorf("%s has no source or day", q.Name)
		}
	}
}

func TestBadPoliciesAreRefusedWithTheirPlace(t *testing.T) {
	const head = "date: 2025-01-01\nsource: t\nparams:\n  a: {value: 1, name: {id: a, en: a}, from: 2025-01-01, source: t}\n"
	for _, c := range []struct{ name, text, key, at string }{
		{"no yaml", "a: [", "pathout.load.not_yaml", "p.yaml"},
		{"no needs", head + "steps: []", "pathout.load.missing_key", "p.yaml:1:1"},
		{"unknown key", head + "needs: []\nsteps: []\nmore: 1", "pathout.load.unknown_key", "p.yaml:7:1"},
		{"undated number", "date: 2025-01-01\nsource: t\nneeds: []\nsteps: []\nparams: {a: {value: 1, name: {id: a, en: a}, source: t}}", "pathout.load.missing_key", "p.yaml:5:13"},
		{"fraction", strings.Replace(head, "value: 1", "value: 1.5", 1) + "needs: []\nsteps: []", "pathout.load.not_number", "p.yaml:4:6"},
		{"strategy", head + "needs: []\nsteps:\n  - {id: a, strategy: b, when: 'family.ac', suggest: {id: a, en: a}, who: {id: a, en: a}}", "pathout.load.strategy", "p.yaml:7:5"},
	} {
		_, err := Parse(indicator.Default(), "p.yaml", []byte(c.text))
		var problems rule.Problems
		if !errors.As(err, &problems) || len(problems) == 0 || problems[0].Key != c.key || problems[0].Args[1] != c.at {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, l := range i18n.Langs {
			if !i18n.Has(l, problems[0].Key) {
				t.Errorf("%s has no sentence in %s", problems[0].Key, l)
			}
		}
	}
	_, err := Parse(indicator.Default(), "p.yaml", []byte(head+"needs:\n  - {code: a, name: {id: a, en: a}, met: family.nope}\nsteps: []"))
	if err == nil || !strings.Contains(err.Error(), "p.yaml:6:") {
		t.Errorf("an unknown indicator: %v", err)
	}
}
