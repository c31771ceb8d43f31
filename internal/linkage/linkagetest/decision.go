package linkagetest

import (
	"slices"
	"testing"
	"time"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

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
