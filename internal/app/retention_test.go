package app_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/retention"
	"gotong/internal/right"
	"gotong/internal/run"
)

func manager(login string, areas ...string) context.Context {
	scope := access.Nation()
	if len(areas) > 0 {
		scope = access.Areas(areas...)
	}
	return access.With(context.Background(), access.Actor{Login: login, Name: login, Roles: []access.Role{access.Manager}, Scope: scope})
}

// TestWhatIsDueIsDestroyedByTwo takes families that left long ago, a member
// who died, a request and a letter through their time: proposed, held,
// decided by another, destroyed, and attested.
func TestWhatIsDueIsDestroyedByTwo(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { destroyed(t, "") })
	t.Run("postgres", func(t *testing.T) { destroyed(t, dbtest.PostgresURL(t)) })
}

type office struct {
	*testing.T
	*app.App
	clock    *clock.Stepping
	dir, url string
}

func openOffice(t *testing.T, url string) *office {
	t.Helper()
	o := &office{T: t, clock: clock.NewStepping(time.Date(2020, 3, 2, 3, 0, 0, 0, time.UTC), time.Millisecond), dir: t.TempDir(), url: url}
	config, err := app.LoadConfig("", nil, map[string]string{"data": o.dir, "db": url})
	if err != nil {
		t.Fatal(err)
	}
	if o.App, err = app.Open(t.Context(), app.Options{Config: config, Log: slog.New(slog.DiscardHandler), Clock: o.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Close() })
	return o
}

// family registers a head with a child, whose names begin with a word.
func (o *office) family(word, nik, kk string) (family, child ident.ID) {
	o.Helper()
	family = o.Registry.NewID()
	members := []registry.MemberEntry{{Name: word + " Head", Sex: "female", Relation: "head", Born: "1980-02-01", NIK: nik, MotherName: word},
		{Name: word + " Child", Sex: "male", Relation: "child", Born: "2010-02-03"}}
	written(o.T, func(b registry.Basis) (registry.Outcome, error) {
		return o.Registry.Register(officer("first"), family, registry.FamilyEntry{Area: "3674011002", Address: "Gang " + word, RT: "1", RW: "2", KK: kk}, members, b)
	}, registry.Basis{On: o.Registry.Today().String(), Source: registry.SourceOffice, Evidence: "Surat " + word})
	rec, err := o.Registry.Family(officer("first"), family, access.PurposeVerification)
	if err != nil {
		o.Fatal(err)
	}
	for _, m := range rec.Members {
		if m.Relation != registry.RelationHead {
			child = m.ID
		}
	}
	return family, child
}

// happens records something that needs no second person.
func (o *office) happens(req registry.Request) {
	o.Helper()
	req.Basis.Source, req.Basis.Evidence = registry.SourceOffice, "surat"
	if req.Basis.On == "" {
		req.Basis.On = o.Registry.Today().String()
	}
	written(o.T, func(b registry.Basis) (registry.Outcome, error) {
		req.Basis = b
		return o.Registry.Do(officer("first"), req)
	}, req.Basis)
}

// due is what is due and held of each class that has any.
func (o *office) due(ctx context.Context) map[retention.Class][2]int64 {
	o.Helper()
	figures, err := o.Retention.Due(ctx, "3674", o.Retention.Today())
	if err != nil {
		o.Fatal(err)
	}
	all := map[retention.Class][2]int64{}
	for _, f := range figures {
		if f.Due+f.Held > 0 {
			all[f.Class] = [2]int64{f.Due, f.Held}
		}
	}
	return all
}

func (o *office) want(what string, got, want any) {
	o.Helper()
	if d := cmp.Diff(want, got); d != "" {
		o.Errorf("%s: %s", what, d)
	}
}

func (o *office) refused(what string, kind fault.Kind, err error) {
	o.Helper()
	if err == nil || fault.KindOf(err) != kind {
		o.Errorf("%s: %v", what, err)
	}
}

func destroyed(t *testing.T, url string) {
	o := openOffice(t, url)
	gone, _ := o.family("Qwyzafrin", "3674014102800013", "3674010101200029")
	kept, _ := o.family("Jlkumbra", "3674014102800021", "3674010101200037")
	stays, child := o.family("Vrusqipat", "3674014102800039", "3674010101200045")
	for _, f := range []ident.ID{gone, kept} {
		o.happens(registry.Request{Kind: registry.Move, Family: f, Place: "luar kota", Basis: registry.Basis{Document: "move_letter"}})
	}
	o.happens(registry.Request{Kind: registry.Death, Family: stays, Person: child, Basis: registry.Basis{Document: "death_letter"}})
	asked, err := o.Rights.Take(officer("first"), right.Access, gone, "Zefkanti asks for a copy")
	if err == nil {
		err = o.Rights.Grant(officer("first"), asked.ID, "Xovrentha was given")
	}
	if err != nil {
		t.Fatal(err)
	}
	letter, err := o.Documents.Issue(officer("first"), document.Request{Kind: document.Answered, Subject: asked.ID.String()})
	if err != nil {
		t.Fatal(err)
	}
	o.want("nothing is due at first", o.due(manager("b")), map[retention.Class][2]int64{})
	o.clock.Advance(2*366*24*time.Hour + 24*time.Hour)
	o.want("the request is due first", o.due(manager("b")), map[retention.Class][2]int64{retention.Requests: {1, 0}})
	o.clock.Advance(3 * 366 * 24 * time.Hour)
	all := map[retention.Class][2]int64{retention.Families: {2, 0}, retention.Persons: {1, 0}, retention.Requests: {1, 0}, retention.Letters: {1, 0}}
	o.want("then all", o.due(manager("b")), all)

	held, err := o.Retention.Keep(manager("b"), kept, retention.HeldForCase, "Perkara Blqwonk")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Retention.Keep(manager("b"), kept, "held_whim", "x")
	o.refused("held for nothing", fault.KindInvalid, err)
	_, err = o.Retention.Keep(manager("b"), kept, retention.HeldForCase, "  ")
	o.refused("held without a word", fault.KindInvalid, err)
	_, err = o.Retention.Keep(manager("c", "3172"), kept, retention.HeldForCase, "x")
	o.refused("held from another city", fault.KindNotFound, err)
	erase := registry.Request{Kind: registry.Erasure, Family: kept, Basis: registry.Basis{On: o.Registry.Today().String(), Source: registry.SourceOffice, Document: "request", Evidence: "no. 1"}}
	_, err = o.Registry.Do(officer("first"), erase)
	o.refused("erased by hand while it is held", fault.KindConflict, err)

	_, err = o.Retention.Propose(manager("b"), "3674", run.Silent{})
	o.refused("proposed by a manager", fault.KindForbidden, err)
	_, err = o.Retention.Propose(access.With(t.Context(), access.Actor{Login: "o", Roles: []access.Role{access.Officer}, Scope: access.Areas("3172")}), "3674", run.Silent{})
	o.refused("proposed from another city", fault.KindNotFound, err)
	made, err := o.Retention.Propose(officer("first"), "3674", run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	o.want("proposed", []int64{int64(len(made.Proposals)), made.Due, made.Held}, []int64{4, 4, 1})
	again, err := o.Retention.Propose(officer("first"), "3674", run.Silent{})
	o.want("proposed again", []any{again, err}, []any{retention.Proposed{}, nil})

	families := made.Proposals[0]
	_, err = o.Retention.Approve(officer("first"), families, "")
	o.refused("approved by an officer", fault.KindForbidden, err)
	_, err = o.Retention.Approve(manager("first"), families, "")
	o.refused("approved by who proposed", fault.KindForbidden, err)
	_, err = o.Retention.Approve(manager("d", "3172"), families, "")
	o.refused("approved from another city", fault.KindNotFound, err)
	_, err = o.Retention.Reject(manager("b"), families, " ")
	o.refused("rejected without a word", fault.KindInvalid, err)
	_, err = o.Retention.Carry(manager("b"), families, run.Silent{})
	o.refused("carried out before it is approved", fault.KindConflict, err)
	if _, err := o.Retention.Reject(manager("b"), families, "look again"); err != nil {
		t.Fatal(err)
	}
	made, err = o.Retention.Propose(officer("first"), "3674", run.Silent{})
	o.want("what was rejected is proposed anew", []any{len(made.Proposals), made.Due, made.Held, err}, []any{1, int64(1), int64(1), error(nil)})

	waiting, err := o.Retention.Proposals(manager("b"), retention.Filter{Status: retention.Waiting}, 10)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(waiting) // the oldest first: requests, letters, then the families
	for _, p := range waiting {
		if _, err := o.Retention.Approve(manager("b"), p.ID, ""); err != nil {
			t.Fatal(err)
		}
		stopped, cancel := context.WithCancel(manager("b"))
		cancel()
		if _, err := o.Retention.Carry(stopped, p.ID, run.Silent{}); err == nil {
			t.Error("a run that was stopped ended well")
		}
		for range 2 { // goes on, and once more comes to nothing
			done, err := o.Retention.Carry(manager("b"), p.ID, run.Silent{})
			o.want("destroyed "+string(p.Class), []any{done.Destroyed, err}, []any{int64(1), error(nil)})
		}
	}
	if found := search(t, o.App, o.dir, o.url, []string{"Qwyzafrin", "Zefkanti", "Xovrentha", "3674014102800013"}); len(found) > 0 {
		t.Errorf("there is still %v", found)
	}
	if found := search(t, o.App, o.dir, o.url, []string{"Jlkumbra"}); len(found) == 0 {
		t.Error("what was held is gone")
	}
	if _, _, err := o.Documents.File(officer("first"), letter.ID); err == nil {
		t.Error("the letter still opens")
	}
	o.want("left", o.due(manager("b")), map[retention.Class][2]int64{retention.Families: {0, 1}})
	o.certificate(families, made.Proposals[0])
	if err := o.Retention.Release(manager("b"), held.ID); err != nil {
		t.Fatal(err)
	}
	o.refused("released twice", fault.KindConflict, o.Retention.Release(manager("b"), held.ID))
	o.want("released", o.due(manager("b")), map[retention.Class][2]int64{retention.Families: {1, 0}})
	if report, err := o.Audit.Verify(t.Context()); err != nil || !report.Verified() {
		t.Errorf("the audit log no longer holds: %v %v", report, err)
	}
}

// certificate issues the record of a destruction, which names nobody.
func (o *office) certificate(rejected, done ident.ID) {
	o.Helper()
	_, err := o.Documents.Issue(manager("b"), document.Request{Kind: document.Destruction, Subject: rejected.String()})
	o.refused("a record of what was rejected", fault.KindConflict, err)
	_, err = o.Documents.Issue(officer("first"), document.Request{Kind: document.Destruction, Subject: done.String()})
	o.refused("a record issued by who proposed", fault.KindForbidden, err)
	d, err := o.Documents.Issue(manager("b"), document.Request{Kind: document.Destruction, Subject: done.String()})
	if err != nil {
		o.Fatal(err)
	}
	_, pdf, err := o.Documents.File(manager("b"), d.ID)
	if err != nil || len(pdf) == 0 {
		o.Fatal(err)
	}
}
