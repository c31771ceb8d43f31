package registrytest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/registry"
)

// By returns the basis of a life event on a day, on a document.
func By(on, document string) registry.Basis {
	return registry.Basis{On: on, Source: registry.SourceOffice, Document: document, Evidence: "no. 12"}
}

// Second returns a context in which another officer acts.
func Second() context.Context {
	return access.With(context.Background(), access.Actor{Login: "second", Name: "Second",
		Roles: []access.Role{access.Officer}, Scope: access.Nation()})
}

// Do does what is asked, reading every warning, and has a second officer
// approve it where it waits for one.
func Do(t rapid.TB, b *Bench, req registry.Request) registry.Outcome {
	t.Helper()
	out, err := b.Service.Do(Officer(), req)
	if req.Basis.Read = out.Mark(); req.Basis.Read != "" {
		out, err = b.Service.Do(Officer(), req)
	}
	if err == nil && !out.Proposed.IsZero() {
		out, err = b.Approve(Second(), out.Proposed, "")
	}
	if err != nil || !out.Written {
		t.Fatalf("%s: %+v, %v", req.Kind, out, err)
	}
	for _, id := range out.Families {
		SameAsFold(t, dossier(t, b, id))
	}
	return out
}

func dossier(t rapid.TB, b *Bench, id ident.ID) *registry.Dossier {
	t.Helper()
	d, err := b.Family(Officer(), id, access.PurposeAudit)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// same compares families but for their version and masks.
func same(want, got *registry.Dossier) string {
	return cmp.Diff(want.Record, got.Record, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(registry.Family{}, "Version"))
}

func names(r *registry.Record, status registry.PersonStatus) []string {
	var all []string
	for _, m := range r.Members {
		if m.Status == status {
			all = append(all, m.Name)
		}
	}
	slices.Sort(all)
	return all
}

// big brings families and returns the first with three members or more, and
// another one.
func big(t *testing.T, b *Bench, seed uint64) (first, other registry.Record) {
	t.Helper()
	Bring(t, b, NewOffice(20, seed, "3674011001"))
	all := Everything(t, b)
	at := slices.IndexFunc(all, func(r registry.Record) bool { return r.Family.Size >= 3 })
	if at < 0 {
		t.Fatal("no family of three")
	}
	first = all[at]
	all = slices.Delete(all, at, at+1)
	return first, all[0]
}

func head(r registry.Record) registry.Person {
	at := slices.IndexFunc(r.Members, func(p registry.Person) bool { return p.Relation == registry.RelationHead })
	return r.Members[at]
}

func notHeads(r registry.Record) []registry.Person {
	return slices.DeleteFunc(slices.Clone(r.Members), func(p registry.Person) bool { return p.Relation == registry.RelationHead })
}

func testBirth(t *testing.T, b *Bench) {
	r, _ := big(t, b, 101)
	child := &registry.MemberEntry{Name: "Bayi Melati", Sex: "female"}
	Do(t, b, registry.Request{Kind: registry.Birth, Family: r.Family.ID, Member: child, Basis: By("2025-05-20", "birth_letter")})
	d := dossier(t, b, r.Family.ID)
	born := d.Members[len(d.Members)-1]
	if born.Name != "Bayi Melati" || born.Born == nil || *born.Born != civil.MustParse("2025-05-20") || born.NIKBlind != nil || d.Family.Size != r.Family.Size+1 {
		t.Errorf("%+v", born)
	}
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

// recorder notes who is stopped.
type recorder struct {
	seen []registry.Stopping
	owed registry.Owed
}

func (r *recorder) StopFor(_ context.Context, s registry.Stopping) ([]registry.Stopped, error) {
	r.seen = append(r.seen, s)
	return []registry.Stopped{{What: registry.StoppedPayment, ID: "PKH-1/7", Label: "PKH", Amount: money.Rupiah(225_000), State: registry.StateHeld}}, nil
}

func (r *recorder) Owed(context.Context, ident.ID) (registry.Owed, error) { return r.owed, nil }

func testDeath(t *testing.T, b *Bench) {
	r, _ := big(t, b, 102)
	stops := &recorder{}
	b.Bind(stops, stops)
	ask := registry.Request{Kind: registry.Death, Family: r.Family.ID, Person: head(r).ID, Basis: By("2025-05-01", "death_certificate")}
	out, err := b.Service.Do(Officer(), ask)
	if got := refused(t, err); !slices.Contains(got, "kepala_baru event.refused.head_needed") || out.Written {
		t.Errorf("a head dies, and nobody takes over: %v", got)
	}
	ask.NewHead = notHeads(r)[0].ID
	out = Do(t, b, ask)
	d := dossier(t, b, r.Family.ID)
	if len(out.Stopped) != 1 || len(stops.seen) != 1 || stops.seen[0].Person != head(r).ID || d.Family.HeadName != notHeads(r)[0].Name {
		t.Errorf("stopped %+v, asked %+v, head %s", out.Stopped, stops.seen, d.Family.HeadName)
	}
	if last := d.Changes[len(d.Changes)-1]; len(last.Body.Stopped) != 1 || last.Kind != registry.Death || last.Evidence != "Akta kematian: no. 12" {
		t.Errorf("history: %+v", last)
	}
	ask.Basis.On = "2025-05-02"
	if _, err = b.Service.Do(Officer(), ask); !slices.Contains(refused(t, err), "orang event.refused.dead_already") {
		t.Error(err)
	}
	// Taken back, what was stopped is named to be started again.
	undone := Do(t, b, registry.Request{Kind: registry.Undone, Event: out.Event, Basis: registry.Basis{On: "2025-06-01", Evidence: "orangnya datang"}})
	if diff := cmp.Diff(out.Stopped, undone.Again); diff != "" {
		t.Error(diff)
	}
	back := dossier(t, b, r.Family.ID)
	if diff := cmp.Diff(r.Members, back.Members, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(registry.Person{}, "NIKMasked")); diff != "" {
		t.Error(diff)
	}
	// Nobody can be read into the past as dead who never was.
	past, err := b.FamilyAt(Officer(), r.Family.ID, registry.Moment{On: civil.MustParse("2025-05-15")}, access.PurposeAudit)
	if err != nil || len(names(past.Record, registry.PersonDead)) != 0 {
		t.Errorf("%v %v", past, err)
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

func testSecondHand(t *testing.T, b *Bench) {
	r, other := big(t, b, 106)
	ask := registry.Request{Kind: registry.Merge, Family: r.Family.ID, Other: other.Family.ID, Basis: By("2025-05-01", "comparison")}
	out, err := b.Service.Do(Officer(), ask)
	if ask.Basis.Read = out.Mark(); ask.Basis.Read != "" {
		out, err = b.Service.Do(Officer(), ask)
	}
	if err != nil || out.Written || out.Proposed.IsZero() {
		t.Fatalf("%+v %v", out, err)
	}
	if _, err := b.Approve(Officer(), out.Proposed, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("one's own proposal: %v", err)
	}
	if _, err := b.Approve(As(access.Operator, "3674011001"), out.Proposed, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator: %v", err)
	}
	if err := b.Reject(Second(), out.Proposed, ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := b.Reject(Second(), out.Proposed, "dua keluarga"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Approve(Second(), out.Proposed, ""); !fault.Is(err, fault.KindConflict) {
		t.Errorf("after it was rejected: %v", err)
	}
	if e, req, err := b.Event(Second(), out.Proposed, access.PurposeAudit); err != nil || e.Status != registry.EventRejected || e.Decision != "dua keluarga" || req.Other != other.Family.ID {
		t.Errorf("%+v %v", e, err)
	}
	// What waits about somebody who dies comes to nothing.
	person := notHeads(r)[0]
	ask = registry.Request{Kind: registry.Merge, Family: r.Family.ID, Person: person.ID, Other: other.Family.ID, OtherPerson: head(other).ID,
		NewHead: other.Members[len(other.Members)-1].ID, Basis: By("2025-05-01", "comparison")}
	out, err = b.Service.Do(Officer(), ask)
	if ask.Basis.Read = out.Mark(); ask.Basis.Read != "" {
		out, err = b.Service.Do(Officer(), ask)
	}
	if err != nil {
		t.Fatal(err)
	}
	dead := Do(t, b, registry.Request{Kind: registry.Death, Family: r.Family.ID, Person: person.ID, Basis: By("2025-05-03", "visit")})
	want := []registry.Stopped{{What: registry.StoppedProposal, ID: out.Proposed.String(), Label: "merge", State: registry.StateClosed}}
	if diff := cmp.Diff(want, dead.Stopped); diff != "" {
		t.Error(diff)
	}
}

func testErasure(t *testing.T, b *Bench) {
	r, _ := big(t, b, 107)
	debts := &recorder{}
	b.Bind(debts, debts)
	person := notHeads(r)[0]
	ask := registry.Request{Kind: registry.Erasure, Family: r.Family.ID, Person: person.ID, Basis: By("2025-06-01", "request")}
	paid := civil.MustParse("2020-02-01")
	for name, owed := range map[string]registry.Owed{"event.refused.money_pending": {Pending: true}, "event.refused.kept": {Paid: &paid}} {
		debts.owed = owed
		_, err := b.Service.Do(Officer(), ask)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != name || f.Kind != fault.KindConflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	debts.owed = registry.Owed{}
	Do(t, b, ask)
	d := dossier(t, b, r.Family.ID)
	m, _ := d.Member(person.ID)
	if !m.Erased() || m.NIKBlind != nil || m.Born != nil || len(m.Facts) != 0 || m.Status == registry.PersonActive {
		t.Errorf("%+v", m)
	}
	for _, c := range d.Changes {
		for _, core := range c.Body.Members {
			if core.ID == person.ID && core.Name != "" {
				t.Errorf("version %d still names them", c.Version)
			}
		}
	}
	past, err := b.FamilyAt(Officer(), r.Family.ID, registry.Moment{On: civil.MustParse("2025-05-01")}, access.PurposeAudit)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := past.Member(person.ID); !ok || p.Name != "" || len(p.Facts) != 0 {
		t.Errorf("the past still names them: %+v", p)
	}
	Do(t, b, registry.Request{Kind: registry.Erasure, Family: r.Family.ID, Basis: By("2025-06-01", "request")})
	if d := dossier(t, b, r.Family.ID); d.Family.KKBlind != nil || d.Family.Address != "" || d.Family.HeadName != "" || d.Family.Status != registry.FamilyDissolved {
		t.Errorf("%+v", d.Family)
	}
}

func testIdentity(t *testing.T, b *Bench) {
	r, _ := big(t, b, 108)
	p := head(r)
	e := entryOf(b, p)
	e.NIK, e.Born = "9999990101700001", "1981-02-03"
	out, err := b.CorrectMember(Officer(), r.Family.ID, p.ID, e, registry.Basis{Version: 1, On: "2025-05-01", Evidence: "KTP"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.CorrectMember(Officer(), r.Family.ID, p.ID, e, registry.Basis{Version: 1, On: "2025-05-01", Evidence: "KTP", Read: out.Mark()})
	if err != nil {
		t.Fatal(err)
	}
	codes := func() (open, dismissed []string, mark string) {
		for _, w := range dossier(t, b, r.Family.ID).Warnings {
			if w.Person != p.ID {
				continue
			}
			if w.Dismissed != nil {
				dismissed = append(dismissed, w.Code)
			} else {
				open, mark = append(open, w.Code), w.Mark
			}
		}
		return open, dismissed, mark
	}
	open, _, mark := codes()
	if !slices.Contains(open, "born_differs") || !slices.Contains(open, "region_unknown") {
		t.Errorf("%v", open)
	}
	if err := b.DismissWarning(Officer(), r.Family.ID, mark, "sudah dicek ke Dukcapil"); err != nil {
		t.Fatal(err)
	}
	after, dismissed, _ := codes()
	if len(after) != len(open)-1 || len(dismissed) != 1 {
		t.Errorf("%v %v", after, dismissed)
	}
	if err := b.DismissWarning(Officer(), r.Family.ID, "nothing", "x"); !fault.Is(err, fault.KindNotFound) {
		t.Error(err)
	}
}

func testNotSame(t *testing.T, b *Bench) {
	r, other := big(t, b, 109)
	if err := b.SayNotSame(Officer(), r.Family.ID, ident.ID{}, other.Family.ID, ident.ID{}, "rumahnya berbeda"); err != nil {
		t.Fatal(err)
	}
	for _, ask := range []registry.Request{{Family: r.Family.ID, Other: other.Family.ID}, {Family: other.Family.ID, Other: r.Family.ID}} {
		ask.Kind, ask.Basis = registry.Merge, By("2025-05-01", "comparison")
		if out, err := b.Service.Do(Officer(), ask); err != nil || !out.Proposed.IsZero() || !slices.Contains(warned(out), "keluarga_lain event.warn.not_same") {
			t.Errorf("%v %v", warned(out), err)
		}
	}
	if err := b.SayNotSame(As(access.Operator, "3172"), r.Family.ID, ident.ID{}, other.Family.ID, ident.ID{}, "x"); !fault.Is(err, fault.KindNotFound) {
		t.Error(err)
	}
}

// MergeThenUndo is a property: whatever is merged, and whatever unrelated
// happens since, an undoing gives back what was.
func MergeThenUndo(t *rapid.T, b *Bench, families []registry.Record) {
	at := rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "families")
	kept, other := families[at[0]], families[at[1]]
	before := []*registry.Dossier{dossier(t, b, kept.Family.ID), dossier(t, b, other.Family.ID)}
	ask := registry.Request{Kind: registry.Merge, Family: kept.Family.ID, Other: other.Family.ID, Basis: By("2025-05-01", "comparison")}
	if rapid.Bool().Draw(t, "persons") {
		actives := func(d *registry.Dossier) []registry.Person {
			return slices.DeleteFunc(slices.Clone(d.Members), func(p registry.Person) bool { return p.Status != registry.PersonActive })
		}
		keep, drop := actives(before[0]), actives(before[1])
		if len(keep) == 0 || len(drop) < 2 {
			t.Skip("too few members")
		}
		ask.Person = rapid.SampledFrom(keep).Draw(t, "keep").ID
		i := rapid.IntRange(0, len(drop)-1).Draw(t, "drop")
		ask.OtherPerson, ask.NewHead = drop[i].ID, drop[(i+1)%len(drop)].ID
	}
	out := Do(t, b, ask)
	address := rapid.SampledFrom([]string{"", "Jl. Setelahnya"}).Draw(t, "address")
	visited := rapid.Bool().Draw(t, "visited")
	if d := dossier(t, b, kept.Family.ID); address != "" && d.Family.Address != address {
		Do(t, b, registry.Request{Kind: registry.Corrected, Family: kept.Family.ID, Entry: &registry.FamilyEntry{Address: address, RT: d.Family.RT, RW: d.Family.RW},
			Basis: registry.Basis{Version: d.Family.Version, On: "2025-05-10", Evidence: "kartu"}})
		before[0].Family.Address = address
		before[0].Family.ObservedOn = dossier(t, b, kept.Family.ID).Family.ObservedOn
	}
	if visited {
		d := dossier(t, b, other.Family.ID)
		Do(t, b, registry.Request{Kind: registry.Observed, Family: other.Family.ID, Answers: []registry.Answer{{Code: "floor", Value: "earth"}}, Basis: Visited(d.Family, "2025-05-11")})
		now := dossier(t, b, other.Family.ID)
		before[1].Family.Facts, before[1].Family.ObservedOn = now.Family.Facts, now.Family.ObservedOn
	}
	Do(t, b, registry.Request{Kind: registry.Undone, Event: out.Event, Basis: registry.Basis{On: "2025-05-20", Evidence: "keliru"}})
	for _, want := range before {
		if diff := same(want, dossier(t, b, want.Family.ID)); diff != "" {
			t.Fatalf("undoing gave back something else: %s", diff)
		}
	}
}
