package registrytest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

func testBirth(t *testing.T, b *Bench) {
	r, _ := big(t, b, 101)
	child := &registry.MemberEntry{Name: "Bayi Melati", Sex: "female"}
	Do(t, b, registry.Request{Kind: registry.Birth, Family: r.Family.ID, Member: child, Basis: By("2025-05-20", "birth_letter")})
	d := dossier(t, b, r.Family.ID)
	born := d.Members[len(d.Members)-1]
	if born.Name != "Bayi Melati" || born.Born == nil || *born.Born != civil.MustParse("2025-05-20") || born.NIKBlind != nil || d.Family.Size != r.Family.Size+1 {
		t.Errorf("%+v", born)
	}
	// The same birth once more is warned of; a twin has another name.
	again, err := b.Service.Do(Officer(), registry.Request{Kind: registry.Birth, Family: r.Family.ID, Member: &registry.MemberEntry{Name: "BAYI  melati", Sex: "female"}, Basis: By("2025-05-20", "birth_letter")})
	if err != nil || again.Written || !slices.Contains(warned(again), "nama registry.entry.warn.namesake") {
		t.Errorf("the same birth again: %v %v", warned(again), err)
	}
	Do(t, b, registry.Request{Kind: registry.Birth, Family: r.Family.ID, Member: &registry.MemberEntry{Name: "Bayi Mawar", Sex: "female"}, Basis: By("2025-05-20", "birth_letter")})
	waiting, n, err := b.WithoutNIK(Officer(), "3674011001", registry.PersonPlace{}, 10, access.PurposeVerification)
	if err != nil || n != int64(len(waiting)) || !slices.ContainsFunc(waiting, func(u registry.Unnumbered) bool { return u.Person == born.ID }) {
		t.Errorf("without a NIK: %v, %v", waiting, err)
	}
	// A number that a brother has is warned of, and nothing is written.
	taken, err := b.Unmask(Officer(), r.Family.ID, registry.KindNIK, head(r).ID, access.PurposeVerification, "comparing cards")
	if err != nil {
		t.Fatal(err)
	}
	basis := registry.Basis{On: "2025-05-30", Evidence: "KIA"}
	out, err := b.GiveNIK(Officer(), r.Family.ID, born.ID, taken, basis)
	if err != nil || out.Written || !slices.Contains(warned(out), "nik registry.entry.warn.nik_in_family") {
		t.Errorf("a NIK that is taken: %v %v", warned(out), err)
	}
	out, err = b.GiveNIK(Officer(), r.Family.ID, born.ID, "3674016005250001", basis)
	if err != nil || !out.Written {
		t.Errorf("a NIK of one's own: %v %v", warned(out), err)
	}
	if _, err = b.GiveNIK(Officer(), r.Family.ID, born.ID, "3674016005250002", basis); !fault.Is(err, fault.KindConflict) {
		t.Error(err)
	}
}

func testMarriage(t *testing.T, b *Bench) {
	r, s := big(t, b, 104)
	bride := notHeads(r)[0]
	groom := s.Members[len(s.Members)-1]
	ask := registry.Request{Kind: registry.Marriage, Family: r.Family.ID, Person: bride.ID, Other: s.Family.ID, OtherPerson: groom.ID,
		Relation: "child_in_law", NewHead: s.Members[0].ID, Basis: By("2025-04-01", "marriage_book")}
	Do(t, b, ask)
	d := dossier(t, b, r.Family.ID)
	if !slices.Contains(names(d.Record, registry.PersonActive), groom.Name) || d.Family.Size != r.Family.Size+1 {
		t.Errorf("%v", names(d.Record, registry.PersonActive))
	}
	// Both found a family of their own instead.
	bride = notHeads(r)[1]
	ask = registry.Request{Kind: registry.Marriage, Family: r.Family.ID, Person: bride.ID, NewFamily: b.NewID(), Relation: "spouse",
		Member: &registry.MemberEntry{Name: "Joko Baru", Sex: "male"}, NewHead: ident.ID{}, Basis: By("2025-04-02", "marriage_book")}
	Do(t, b, ask)
	if n := dossier(t, b, ask.NewFamily); n.Family.Size != 2 || n.Family.HeadName != bride.Name {
		t.Errorf("%+v", n.Record)
	}
	ask.Person = head(r).ID
	ask.Basis.Document = "a letter from an aunt"
	if _, err := b.Service.Do(Officer(), ask); !slices.Contains(refused(t, err), "jenis_bukti registry.entry.document_missing") {
		t.Error(err)
	}
}

func testSplit(t *testing.T, b *Bench) {
	r, _ := big(t, b, 103)
	goes := notHeads(r)[0]
	founded := b.NewID()
	ask := registry.Request{Kind: registry.Split, Family: r.Family.ID, NewFamily: founded, Basis: By("2025-05-01", "family_card"),
		Going: []registry.Goer{{Person: goes.ID, Relation: "head"}}, Entry: &registry.FamilyEntry{Address: "Jl. Baru 1"}}
	out := Do(t, b, ask)
	n := dossier(t, b, founded)
	old := dossier(t, b, r.Family.ID)
	if len(out.Families) != 2 || n.Family.HeadName != goes.Name || n.Family.Address != "Jl. Baru 1" || n.Family.Area != r.Family.Area || old.Family.Size != r.Family.Size-1 {
		t.Errorf("%+v %+v", n.Family, old.Family)
	}
	if diff := cmp.Diff(goes.Facts, n.Members[0].Facts); diff != "" || n.Members[0].ObservedOn != goes.ObservedOn {
		t.Errorf("what was known of who goes comes along: %s", diff)
	}
	for name, broken := range map[string]func(*registry.Request){
		"ikut event.refused.nobody_goes": func(q *registry.Request) { q.Going = nil },
		"ikut event.refused.one_head":    func(q *registry.Request) { q.Going[0].Relation = "child" },
		"ikut event.refused.not_there":   func(q *registry.Request) { q.Going[0].Person = goes.ID },
	} {
		q := ask
		q.Going, q.NewFamily = []registry.Goer{{Person: notHeads(r)[1].ID, Relation: "head"}}, b.NewID()
		broken(&q)
		if _, err := b.Service.Do(Officer(), q); !slices.Contains(refused(t, err), name) {
			t.Errorf("want %s: %v", name, err)
		}
	}
	Do(t, b, registry.Request{Kind: registry.Undone, Event: out.Event, Basis: registry.Basis{On: "2025-06-01", Evidence: "keliru"}})
	if d := dossier(t, b, founded); d.Family.Status != registry.FamilyDissolved || d.Family.Size != 0 {
		t.Errorf("%+v", d.Family)
	}
	if d := dossier(t, b, r.Family.ID); d.Family.Size != r.Family.Size {
		t.Errorf("%+v", d.Family)
	}
}

func testMove(t *testing.T, b *Bench) {
	r, other := big(t, b, 105)
	stops := &recorder{}
	b.Bind(stops, stops)
	operator := As(access.Operator, "3674011001")
	by := func(ctx context.Context, q registry.Request) registry.Outcome {
		t.Helper()
		out, err := b.Service.Do(ctx, q)
		if q.Basis.Read = out.Mark(); q.Basis.Read != "" {
			out, err = b.Service.Do(ctx, q)
		}
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	// To a village of others: they take it over.
	out := by(operator, registry.Request{Kind: registry.Move, Family: r.Family.ID, Basis: By("2025-05-01", "move_letter"),
		Entry: &registry.FamilyEntry{Area: "3674011002", Address: "Jl. Seberang"}})
	if out.Written || out.Proposed.IsZero() {
		t.Fatalf("%+v", out)
	}
	if d := dossier(t, b, r.Family.ID); d.Family.Area != "3674011001" {
		t.Error("moved before it was taken over")
	}
	if _, err := b.Approve(As(access.Operator, "3674011001"), out.Proposed, ""); !fault.Is(err, fault.KindForbidden) {
		t.Error(err)
	}
	if _, err := b.Approve(As(access.Operator, "3674011003"), out.Proposed, ""); !fault.Is(err, fault.KindNotFound) {
		t.Error(err)
	}
	taker := access.With(context.Background(), access.Actor{Login: "taker", Roles: []access.Role{access.Operator}, Scope: access.Areas("3674011002")})
	if list, n, err := b.Events(taker, registry.EventFilter{Status: registry.EventProposed}, access.PurposeVerification); err != nil || n != 1 || list[0].HeadName != r.Family.HeadName {
		t.Errorf("%v %v", list, err)
	}
	if p, err := b.Preview(taker, out.Proposed); err != nil || p.Families[0].After.Family.Area != "3674011002" || p.Families[0].Before.Family.Area != "3674011001" {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := b.Approve(taker, out.Proposed, ""); err != nil {
		t.Fatal(err)
	}
	if d, err := b.Family(taker, r.Family.ID, access.PurposeService); err != nil || d.Family.Address != "Jl. Seberang" {
		t.Error(err)
	}
	if _, err := b.Family(operator, r.Family.ID, access.PurposeService); !fault.Is(err, fault.KindNotFound) {
		t.Error(err)
	}
	if len(stops.seen) != 0 {
		t.Errorf("a family that moves within the register stops nothing: %+v", stops.seen)
	}
	// Out of the register, and back.
	gone := Do(t, b, registry.Request{Kind: registry.Move, Family: other.Family.ID, Place: "Malaysia", Basis: By("2025-05-02", "village_letter")})
	if d := dossier(t, b, other.Family.ID); d.Family.Status != registry.FamilyMoved || len(gone.Stopped) != 1 || !strings.Contains(d.Changes[len(d.Changes)-1].Reason, "Malaysia") {
		t.Errorf("%+v %+v", d.Family, gone)
	}
	back := Do(t, b, registry.Request{Kind: registry.Return, Family: other.Family.ID, Basis: By("2025-05-20", "visit")})
	if d := dossier(t, b, other.Family.ID); d.Family.Status != registry.FamilyActive || len(back.Again) != 1 {
		t.Errorf("%+v %+v", d.Family, back)
	}
}
