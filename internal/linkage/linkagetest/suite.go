// Package linkagetest holds linkage.Store and linkage.Service to their
// meaning on any database.
package linkagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
	"gotong/policy"
)

// Backend is a database with its stores.
type Backend struct {
	registrytest.Backend
	Pairs linkage.Store
}

// Bench is a service on a backend whose register holds a town with planted
// duplicates.
type Bench struct {
	*linkage.Service
	Register *registrytest.Bench
	Pairs    linkage.Store
	Planted  int
}

// NewBench imports a town of families of which some people are on record
// twice, with a mistyped number or none, in a family of another place.
func NewBench(t testing.TB, b Backend, families, planted int) *Bench {
	t.Helper()
	register := registrytest.NewBench(t, b.Backend)
	office := registrytest.NewOffice(families, 1, "3674")
	people := len(office.Members)
	for i := range planted {
		from := office.Members[i*people/planted/2]
		again := map[string]string{}
		for k, v := range from {
			again[k] = v
		}
		again["id_keluarga"] = office.Families[(families/2+i*families/planted/2)%families]["id_keluarga"]
		again["hubungan"] = "other"
		again["rekening"], again["bank"] = "", ""
		if n := []byte(again["nik"]); i%2 == 0 {
			n[15] = '0' + (n[15]-'0'+5)%10
			again["nik"] = string(n)
		} else {
			again["nik"] = ""
		}
		office.Members = append(office.Members, again)
	}
	if r, err := register.Import(registrytest.Officer(), office.Files(), registry.Options{}, run.Silent{}); err != nil {
		t.Fatalf("importing the town: %v %+v", err, r)
	}
	return &Bench{Service: newService(t, register, b, audit.NewLog(b.Audit, register.Clock)), Register: register, Pairs: b.Pairs, Planted: planted}
}

func newService(t testing.TB, register *registrytest.Bench, b Backend, log *audit.Log) *linkage.Service {
	t.Helper()
	policies, err := linkage.LoadPolicies(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	return linkage.NewService(linkage.Deps{Unit: b.Unit, Store: b.Pairs, Register: register.Service, Keys: register.Keys,
		Log: log, IDs: register.IDs, Clock: register.Clock, Policies: policies})
}

// everybody is the filter that lets every pair through.
var everybody = linkage.Filter{}

// find runs a search as the system.
func (b *Bench) find(t testing.TB) *linkage.Report {
	t.Helper()
	r, err := b.Find(access.With(context.Background(), access.System("linkage")), run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (b *Bench) list(t testing.TB, ctx context.Context, f linkage.Filter) []linkage.Candidate {
	t.Helper()
	p, err := b.List(ctx, f, linkage.Cursor{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return p.Rows
}

// same returns the pairs that a search held to be one person.
func (b *Bench) same(t testing.TB) []linkage.Candidate {
	t.Helper()
	rows := b.list(t, registrytest.Officer(), linkage.Filter{Status: linkage.Open, Same: true})
	if len(rows) < 4 {
		t.Fatalf("only %d pairs", len(rows))
	}
	return rows
}

func (b *Bench) candidate(t testing.TB, id ident.ID) *linkage.Review {
	t.Helper()
	r, err := b.Candidate(registrytest.Officer(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (b *Bench) decide(t testing.TB, id ident.ID, d linkage.Decision) {
	t.Helper()
	if err := b.Decide(registrytest.Officer(), id, d, "checked at the door"); err != nil {
		t.Fatal(err)
	}
}

func (b *Bench) status(t testing.TB, s linkage.Side) registry.PersonStatus {
	t.Helper()
	d, err := b.Register.Family(registrytest.Officer(), s.Family, access.PurposeVerification)
	if err != nil {
		t.Fatal(err)
	}
	m, ok := d.Member(s.Person)
	if !ok {
		t.Fatal("the person is gone")
	}
	return m.Status
}

func isKind(t testing.TB, about string, err error, k fault.Kind) {
	t.Helper()
	if !fault.Is(err, k) {
		t.Errorf("%s: %v, want %s", about, err, k)
	}
}

// Suite runs all tests on backends made by open.
func Suite(t *testing.T, open func(t *testing.T) Backend) {
	for name, test := range map[string]func(*testing.T, Backend, *Bench){
		"find again changes nothing": testFind,
		"confirm and undo":           testConfirm,
		"two people are remembered":  testApart,
		"what waits is settled":      testSettle,
		"scope":                      testScope,
		"permissions":                testPermissions,
		"fail closed":                testFailClosed,
		"pages":                      testPages,
		"bulk":                       testBulk,
		"invariants":                 testInvariants,
	} {
		t.Run(name, func(t *testing.T) {
			backend := open(t)
			b := NewBench(t, backend, 240, 16)
			test(t, backend, b)
		})
	}
}

func testFind(t *testing.T, _ Backend, b *Bench) {
	first := b.find(t)
	if first.Same < b.Planted-1 || first.Same > b.Planted+1 || first.Added != first.Same+first.Review {
		t.Errorf("of %d planted: %+v", b.Planted, first)
	}
	before := b.list(t, registrytest.Officer(), everybody)
	again := b.find(t)
	if again.Added+again.Renewed+again.Gone != 0 {
		t.Errorf("a second search changed something: %+v", again)
	}
	if diff := cmp.Diff(before, b.list(t, registrytest.Officer(), everybody)); diff != "" {
		t.Error(diff)
	}
	for _, c := range before {
		sum := int32(0)
		for _, p := range c.Pieces {
			sum += p.Bits
		}
		if sum <= c.Score || c.Status != linkage.Open || !c.Left.Shown || c.Left.Name == "" || c.Right.Name == "" {
			t.Errorf("%+v", c) // the prior is against any two people being one
		}
	}
}

func testConfirm(t *testing.T, _ Backend, b *Bench) {
	b.find(t)
	c := b.same(t)[0]
	b.decide(t, c.ID, linkage.KeepRight)
	if got := b.status(t, c.Left); got != registry.PersonDuplicate {
		t.Errorf("the record that is not kept is %s", got)
	}
	if got := b.status(t, c.Right); got != registry.PersonActive {
		t.Errorf("the record that is kept is %s", got)
	}
	r := b.candidate(t, c.ID)
	if r.Status != linkage.Confirmed || r.Dropped != c.Left.Person || r.By != "officer" || r.Note == "" {
		t.Errorf("%+v", r.Candidate)
	}
	isKind(t, "deciding twice", b.Decide(registrytest.Officer(), c.ID, linkage.Apart, ""), fault.KindConflict)
	if again := b.find(t); again.Added+again.Gone != 0 {
		t.Errorf("a confirmed pair is raised again: %+v", again)
	}
	if err := b.Undo(registrytest.Officer(), c.ID); err != nil {
		t.Fatal(err)
	}
	if got := b.status(t, c.Left); got != registry.PersonActive {
		t.Errorf("after undoing, the record is %s", got)
	}
	if got := b.candidate(t, c.ID).Candidate; got.Status != linkage.Open || !got.Dropped.IsZero() || got.By != "" || !got.At.Equal(time.Time{}) {
		t.Errorf("after undoing: %+v", got)
	}
	isKind(t, "undoing twice", b.Undo(registrytest.Officer(), c.ID), fault.KindConflict)

	b.decide(t, c.ID, linkage.KeepRight)
	err := b.Register.SetPersonStatus(registrytest.Officer(), c.Left.Family, c.Left.Person, registry.PersonDead, "a certificate", "D1")
	if err != nil {
		t.Fatal(err)
	}
	isKind(t, "undoing over a later change", b.Undo(registrytest.Officer(), c.ID), fault.KindConflict)
}

func testApart(t *testing.T, _ Backend, b *Bench) {
	b.find(t)
	c := b.same(t)[0]
	b.decide(t, c.ID, linkage.Apart)
	if b.status(t, c.Left) != registry.PersonActive || b.status(t, c.Right) != registry.PersonActive {
		t.Error("a record was closed although they are two people")
	}
	b.find(t)
	if got := b.candidate(t, c.ID); got.Status != linkage.Rejected || got.Same {
		t.Errorf("a search forgot that they are two people: %+v", got.Candidate)
	}
	if said := b.saidApart(t); len(said) != 1 {
		t.Errorf("the register remembers %d pairs", len(said))
	}
	if err := b.Undo(registrytest.Officer(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.find(t)
	if got := b.candidate(t, c.ID); got.Status != linkage.Open || !got.Same {
		t.Errorf("after undoing: %+v", got.Candidate)
	}
	if said := b.saidApart(t); len(said) != 0 {
		t.Errorf("after undoing the register remembers %d pairs", len(said))
	}
	err := b.Register.SayNotSame(registrytest.Officer(), c.Left.Family, c.Left.Person, c.Right.Family, c.Right.Person, "rumahnya berbeda")
	if err != nil {
		t.Fatal(err)
	}
	b.find(t)
	for _, row := range b.same(t) {
		if row.ID == c.ID {
			t.Error("the register said that they are two people, and a search holds them to be one")
		}
	}
}

func (b *Bench) saidApart(t testing.TB) [][2]ident.ID {
	t.Helper()
	said, err := b.Register.SaidApart(registrytest.Officer())
	if err != nil {
		t.Fatal(err)
	}
	return said
}

// pair keeps a pair of two people by hand.
func (b *Bench) pair(t testing.TB, backend Backend, x, y linkage.Side, score int32) linkage.Candidate {
	t.Helper()
	if strings.Compare(string(x.Person[:]), string(y.Person[:])) > 0 {
		x, y = y, x
	}
	c := linkage.Candidate{ID: b.Register.IDs.New(), Left: x, Right: y, Score: score, Probability: .995, Same: true,
		Pieces: []linkage.Piece{{Field: "name", Level: "same", Bits: score}}, Status: linkage.Open, FoundAt: registrytest.Start}
	err := backend.Unit.Write(registrytest.Officer(), func(ctx context.Context) error {
		return b.Pairs.Add(ctx, []linkage.Candidate{c})
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sides returns n people of the register.
func (b *Bench) sides(t testing.TB, n int) []linkage.Side {
	t.Helper()
	var all []linkage.Side
	for _, r := range registrytest.Everything(t, b.Register) {
		all = append(all, linkage.Side{Person: r.Members[0].ID, Family: r.Family.ID, Area: r.Family.Area})
	}
	step := len(all) / n
	out := make([]linkage.Side, n)
	for i := range out {
		out[i] = all[i*step]
	}
	return out
}

func testSettle(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 4)
	ab, bc, ac := b.pair(t, backend, p[0], p[1], 30000), b.pair(t, backend, p[1], p[2], 20000), b.pair(t, backend, p[0], p[2], 10000)
	keep := func(c linkage.Candidate, s linkage.Side) linkage.Decision {
		if c.Left.Person == s.Person {
			return linkage.KeepLeft
		}
		return linkage.KeepRight
	}
	if others := b.candidate(t, ab.ID).Others; len(others) != 2 || others[0].ID != bc.ID || others[1].ID != ac.ID {
		t.Errorf("%d other pairs", len(others))
	}
	group := b.candidate(t, ab.ID).Group
	if len(group) != 3 || group[0].Name == "" || group[2].Person != p[2].Person && group[2].Person != p[0].Person {
		t.Errorf("%d records are shown together", len(group))
	}
	var worth []ident.ID
	for _, c := range b.list(t, registrytest.Officer(), linkage.Filter{Status: linkage.Open, ByWorth: true}) {
		worth = append(worth, c.ID)
	}
	at := slices.Index(worth, ab.ID)
	if next := b.candidate(t, ab.ID).Next; next == nil || *next != worth[(at+1)%3] {
		t.Errorf("the next pair is %v of %v", next, worth)
	}
	b.decide(t, ab.ID, keep(ab, p[0]))
	if got := b.candidate(t, bc.ID).Status; got != linkage.Settled {
		t.Errorf("a pair of a closed record is %s", got)
	}
	if got := b.candidate(t, ac.ID).Status; got != linkage.Open {
		t.Errorf("a pair of the record that stays is %s", got)
	}
	b.decide(t, ac.ID, keep(ac, p[2]))
	last := b.pair(t, backend, p[0], p[3], 5000)
	isKind(t, "keeping a closed record", b.Decide(registrytest.Officer(), last.ID, keep(last, p[0]), ""), fault.KindConflict)
	if err := b.Undo(registrytest.Officer(), ab.ID); err != nil {
		t.Fatal(err)
	}
	if got := b.candidate(t, bc.ID).Status; got != linkage.Open {
		t.Errorf("after undoing, the settled pair is %s", got)
	}
}

func testScope(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 6)
	// One pair inside a village, one across to another, one wholly elsewhere.
	across, elsewhere := b.pair(t, backend, p[0], p[3], 30000), b.pair(t, backend, p[4], p[5], 20000)
	own := registrytest.As(access.Officer, p[0].Area)
	record := func(s linkage.Side) *registry.Dossier {
		d, err := b.Register.Family(registrytest.Officer(), s.Family, access.PurposeVerification)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	rows := b.list(t, own, everybody)
	if len(rows) != 1 || rows[0].ID != across.ID {
		t.Fatalf("%d pairs are seen", len(rows))
	}
	r, err := b.Candidate(own, across.ID)
	if err != nil {
		t.Fatal(err)
	}
	for about, c := range map[string]linkage.Candidate{"list": rows[0], "desk": r.Candidate} {
		mine, other := c.Left, c.Right
		if c.Right.Person == p[0].Person {
			mine, other = other, mine
		}
		if !mine.Shown || mine.Name != record(p[0]).Members[0].Name {
			t.Errorf("%s: the person of one's own area is not shown", about)
		}
		blank := linkage.Side{Person: p[3].Person, Family: p[3].Family, Area: p[3].Area}
		if diff := cmp.Diff(blank, other); diff != "" {
			t.Errorf("%s: of the person of another area is shown: %s", about, diff)
		}
	}
	text := fmt.Sprintf("%+v", r)
	if d := record(p[3]); strings.Contains(text, d.Members[0].Name+" ") || d.Family.Address != record(p[0]).Family.Address && strings.Contains(text, d.Family.Address) {
		t.Error("something of the other area leaks")
	}
	if n, err := b.Count(own, everybody); err != nil || n != 1 {
		t.Errorf("%d counted, %v", n, err)
	}
	if rows := b.list(t, own, linkage.Filter{Area: p[3].Area}); len(rows) != 0 {
		t.Error("the place of the other side can be asked for by filter")
	}
	_, err = b.Candidate(own, elsewhere.ID)
	isKind(t, "looking at another area's pair", err, fault.KindNotFound)
	isKind(t, "deciding another area's pair", b.Decide(own, elsewhere.ID, linkage.Apart, ""), fault.KindNotFound)
	isKind(t, "undoing another area's pair", b.Undo(own, elsewhere.ID), fault.KindNotFound)
	close := map[bool]linkage.Decision{true: linkage.KeepLeft, false: linkage.KeepRight}[across.Left.Person == p[0].Person]
	isKind(t, "closing another area's record", b.Decide(own, across.ID, close, ""), fault.KindForbidden)
	give := map[bool]linkage.Decision{true: linkage.KeepRight, false: linkage.KeepLeft}[across.Left.Person == p[0].Person]
	if err := b.Decide(own, across.ID, linkage.Apart, ""); err != nil || len(b.saidApart(t)) != 1 {
		t.Errorf("two people, said by who sees one of them: the register remembers %d, %v", len(b.saidApart(t)), err)
	}
	if err := b.Undo(own, across.ID); err != nil || len(b.saidApart(t)) != 0 {
		t.Errorf("taken back, the register remembers %d, %v", len(b.saidApart(t)), err)
	}
	if err := b.Decide(own, across.ID, give, ""); err != nil {
		t.Errorf("closing one's own record for another area's: %v", err)
	}
	nobody := registrytest.As(access.Officer)
	if rows := b.list(t, nobody, everybody); len(rows) != 0 {
		t.Error("somebody without an area sees pairs")
	}
}

func testPermissions(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 2)
	c := b.pair(t, backend, p[0], p[1], 30000)
	for _, role := range access.Roles {
		ctx := access.With(context.Background(), access.Actor{Login: "x", Roles: []access.Role{role}, Scope: access.Nation()})
		actor, _ := access.From(ctx)
		_, list := b.List(ctx, everybody, linkage.Cursor{}, 10)
		_, count := b.Count(ctx, everybody)
		_, look := b.Candidate(ctx, c.ID)
		_, plan := b.Plan(ctx, .995, "")
		_, all := b.ConfirmAll(ctx, .995, "", "x", "")
		_, find := b.Find(ctx, run.Silent{})
		var export error
		for _, err := range b.All(ctx, everybody) {
			export = err
		}
		for about, got := range map[string]struct {
			err   error
			needs []access.Permission
		}{
			"list":    {list, []access.Permission{access.SeeDuplicates}},
			"count":   {count, []access.Permission{access.SeeDuplicates}},
			"look":    {look, []access.Permission{access.SeeDuplicates}},
			"export":  {export, []access.Permission{access.SeeDuplicates, access.Export}},
			"plan":    {plan, []access.Permission{access.ResolveDuplicates}},
			"confirm": {all, []access.Permission{access.ResolveDuplicates}},
			"decide":  {b.Decide(ctx, c.ID, "neither", ""), []access.Permission{access.ResolveDuplicates}},
			"undo":    {b.Undo(ctx, c.ID), []access.Permission{access.ResolveDuplicates}},
			"find":    {find, []access.Permission{access.SeeDuplicates, access.StartRuns, access.SeeFamilies}},
		} {
			may := true
			for _, need := range got.needs {
				may = may && actor.Can(need)
			}
			if refused := fault.Is(got.err, fault.KindForbidden); refused == may {
				t.Errorf("%s may %s: %v, but %v", role, about, may, got.err)
			}
		}
	}
}

// brokenLog cannot be written.
type brokenLog struct{ audit.Store }

var errDisk = errors.New("disk full")

func (brokenLog) Append(context.Context, []audit.Entry) error { return errDisk }

func testFailClosed(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 2)
	c := b.pair(t, backend, p[0], p[1], 30000)
	s := newService(t, b.Register, backend, audit.NewLog(brokenLog{backend.Audit}, b.Register.Clock))
	ctx := registrytest.Officer()
	if page, err := s.List(ctx, everybody, linkage.Cursor{}, 10); !errors.Is(err, errDisk) || page != nil {
		t.Errorf("a list is served unlogged: %v", err)
	}
	if r, err := s.Candidate(ctx, c.ID); !errors.Is(err, errDisk) || r != nil {
		t.Errorf("a pair is served unlogged: %v", err)
	}
	if plan, err := s.Plan(ctx, .995, ""); !errors.Is(err, errDisk) || plan != nil {
		t.Errorf("a plan is served unlogged: %v", err)
	}
	for row, err := range s.All(ctx, everybody) {
		if !errors.Is(err, errDisk) || !row.ID.IsZero() {
			t.Errorf("an export is served unlogged: %v", err)
		}
	}
	if err := s.Decide(ctx, c.ID, linkage.KeepLeft, ""); !errors.Is(err, errDisk) {
		t.Errorf("decided unlogged: %v", err)
	}
	if got := b.candidate(t, c.ID); got.Status != linkage.Open || b.status(t, c.Right) != registry.PersonActive {
		t.Error("an unlogged decision was half written")
	}
	if _, err := s.Find(ctx, run.Silent{}); !errors.Is(err, errDisk) {
		t.Errorf("searched unlogged: %v", err)
	}
}

func testPages(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 24)
	for i := 1; i < len(p); i++ {
		b.pair(t, backend, p[0], p[i], int32(1000*(i/3))) // ties, to be told apart by id
	}
	b.walk(t, everybody)
	byWorth := b.walk(t, linkage.Filter{ByWorth: true})
	if !slices.IsSortedFunc(byWorth, func(x, y linkage.Candidate) int { return int(y.Worth() - x.Worth()) }) {
		t.Error("what matters most is not first")
	}
	ctx := registrytest.Officer()
	for about, tc := range map[string]struct {
		filter linkage.Filter
		want   int64
	}{
		"open": {linkage.Filter{Status: linkage.Open}, 23}, "rejected": {linkage.Filter{Status: linkage.Rejected}, 0},
		"sure": {linkage.Filter{Least: .99}, 23}, "unsure": {linkage.Filter{Most: .99}, 0}, "area": {linkage.Filter{Area: "3674"}, 23},
		"another area": {linkage.Filter{Area: "31"}, 0},
	} {
		if n, err := b.Count(ctx, tc.filter); err != nil || n != tc.want {
			t.Errorf("%s: %d, %v", about, n, err)
		}
	}
}

// walk goes through the 23 pairs of a list by pages of five, there and back,
// and through its export, and returns them.
func (b *Bench) walk(t *testing.T, f linkage.Filter) []linkage.Candidate {
	t.Helper()
	ctx := registrytest.Officer()
	whole := b.list(t, ctx, f)
	var walked []ident.ID
	var cursors []linkage.Cursor
	for c := (linkage.Cursor{}); ; {
		cursors = append(cursors, c)
		page, err := b.List(ctx, f, c, 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			walked = append(walked, r.ID)
		}
		if page.Next == nil {
			for i := len(cursors) - 2; i >= 0; i-- { // and back
				if page.Prev == nil {
					t.Fatal("no way back")
				}
				if page, err = b.List(ctx, f, *page.Prev, 5); err != nil {
					t.Fatal(err)
				}
				if page.Rows[0].ID != walked[5*i] {
					t.Errorf("page %d begins otherwise on the way back", i)
				}
			}
			if page.Prev != nil {
				t.Error("there is a page before the first")
			}
			break
		}
		c = *page.Next
	}
	var want []ident.ID
	for _, r := range whole {
		want = append(want, r.ID)
	}
	if diff := cmp.Diff(want, walked); diff != "" || len(want) != 23 {
		t.Errorf("%d pairs: %s", len(want), diff)
	}
	var exported []ident.ID
	for r, err := range b.All(ctx, f) {
		if err != nil {
			t.Fatal(err)
		}
		exported = append(exported, r.ID)
	}
	if diff := cmp.Diff(want, exported); diff != "" {
		t.Error(diff)
	}
	return whole
}

func testBulk(t *testing.T, _ Backend, b *Bench) {
	b.find(t)
	ctx := registrytest.Officer()
	_, err := b.Plan(ctx, .5, "")
	isKind(t, "a plan below the policy", err, fault.KindInvalid)
	plan, err := b.Plan(ctx, b.BulkLeast(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Plan) < 4 {
		t.Fatalf("the plan has %d pairs", len(plan.Plan))
	}
	one := plan.Plan[0]
	b.decide(t, one.ID, linkage.Apart)
	_, err = b.ConfirmAll(ctx, plan.Least, "", plan.Digest, "")
	isKind(t, "confirming another plan than was seen", err, fault.KindConflict)
	if plan, err = b.Plan(ctx, b.BulkLeast(), ""); err != nil {
		t.Fatal(err)
	}
	n, err := b.ConfirmAll(ctx, plan.Least, "", plan.Digest, "")
	if err != nil || n != len(plan.Plan) {
		t.Fatalf("%d confirmed of %d: %v", n, len(plan.Plan), err)
	}
	for _, c := range plan.Plan {
		dropped, kept := c.Right, c.Left
		if c.Keep == linkage.KeepRight {
			dropped, kept = kept, dropped
		}
		if b.status(t, dropped) != registry.PersonDuplicate || b.status(t, kept) != registry.PersonActive {
			t.Errorf("%s was not closed", dropped.Name)
		}
	}
	if b.candidate(t, one.ID).Status != linkage.Rejected {
		t.Error("a pair of two people was confirmed with the others")
	}
	if again, err := b.Plan(ctx, b.BulkLeast(), ""); err != nil || len(again.Plan) != 0 {
		t.Errorf("something is left to confirm: %v %v", again, err)
	}
}

func testInvariants(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 3)
	good := b.pair(t, backend, p[0], p[1], 1000)
	add := func(c linkage.Candidate) error {
		return backend.Unit.Write(registrytest.Officer(), func(ctx context.Context) error {
			return b.Pairs.Add(ctx, []linkage.Candidate{c})
		})
	}
	turned := good
	turned.ID, turned.Left, turned.Right = b.Register.IDs.New(), good.Right, good.Left
	twice := good
	twice.ID = b.Register.IDs.New()
	for about, c := range map[string]linkage.Candidate{"the greater id first": turned, "a pair twice": twice} {
		if add(c) == nil {
			t.Errorf("the database takes %s", about)
		}
	}
	wrong := good
	wrong.Status, wrong.Dropped = linkage.Confirmed, p[2].Person
	err := backend.Unit.Write(registrytest.Officer(), func(ctx context.Context) error {
		_, err := b.Pairs.Decide(ctx, &wrong, linkage.Open)
		return err
	})
	if err == nil {
		t.Error("the database lets a pair close somebody else's record")
	}
}
