package authoritydb_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/linkage"
	"gotong/internal/linkage/authority"
	"gotong/internal/linkage/authority/authoritydb"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type bench struct {
	*authority.Service
	db       *db.DB
	register *registrytest.Bench
	office   *registrytest.Office
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	register := registrytest.NewBench(t, registrytest.Backend{Unit: d, Store: registrydb.New(), Audit: auditdb.New()})
	office := registrytest.NewOffice(120, 1, "3674")
	if _, err := register.Import(registrytest.Officer(), office.Files(), registry.Options{}, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	policies, err := authority.LoadPolicies(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{db: d, register: register, office: office, Service: authority.NewService(authority.Deps{Unit: d, Store: authoritydb.New(), Register: register.Service,
		Keys: register.Keys, Log: audit.NewLog(auditdb.New(), register.Clock), IDs: register.IDs, Clock: register.Clock, Policies: policies, BlockLimit: 500})}
}

// parts counts the pieces of lists that are kept.
func (b *bench) parts(t *testing.T) (n int) {
	t.Helper()
	err := b.db.Read(registrytest.Officer(), func(ctx context.Context) error {
		return db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM authority_list_part").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var mapping = []string{"identifier=nik,name=nama,born=lahir,on=meninggal"}

// list writes a list of every fourth person on record, as another office
// writes them: every third without a number, every second name misspelt.
func (b *bench) list() (text string, rows int) {
	var out strings.Builder
	out.WriteString("nik,nama,lahir,meninggal\n")
	for i, m := range b.office.Members {
		if i%4 != 0 {
			continue
		}
		number, name := m["nik"], m["nama"]
		if rows%3 == 0 {
			number = ""
		}
		if rows%2 == 0 && len(name) > 4 {
			name = name[:2] + name[3:]
		}
		out.WriteString(number + "," + name + "," + m["tanggal_lahir"] + ",2025-03-01\n")
		rows++
	}
	out.WriteString("3171010101800001,Orang Lain Sekali,1980-01-01,2025-03-01\n")
	return out.String(), rows + 1
}

func (b *bench) match(t *testing.T, kind, text string) *authority.Counts {
	t.Helper()
	l, err := b.Bring(registrytest.Officer(), authority.Given{Kind: kind, Origin: "Surat 12/2025",
		On: civil.MustParse("2025-04-01"), Mapping: mapping}, "daftar.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.RunMatch(registrytest.Officer(), authority.RunArgs{List: l.ID}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.RunMatch(registrytest.Officer(), authority.RunArgs{List: l.ID}, run.Silent{}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a list is matched twice: %v", err)
	}
	return c
}

func (b *bench) queue(t *testing.T, f authority.Filter) []authority.Match {
	t.Helper()
	p, err := b.Matches(registrytest.Officer(), f, linkage.Cursor{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return p.Rows
}

func (b *bench) person(t *testing.T, m authority.Match) *registry.Person {
	t.Helper()
	d, err := b.register.Family(registrytest.Officer(), m.Family, access.PurposeVerification)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := d.Member(m.Person)
	if !ok {
		t.Fatal("the person is gone")
	}
	return p
}

// accept accepts a match; of a head, the first who can follows.
func (b *bench) accept(t *testing.T, id ident.ID, note string) error {
	t.Helper()
	m, _, err := b.Match(registrytest.Officer(), id)
	if err != nil {
		t.Fatal(err)
	}
	var head ident.ID
	if len(m.Heads) > 0 {
		head = m.Heads[0].Person
	}
	return b.Accept(registrytest.Officer(), id, note, head)
}

func TestTheDeadAreFoundDecidedAndRemembered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		text, rows := b.list()
		c := b.match(t, "deaths", text)
		if c.Rows != rows || c.Same < (rows-1)*9/10 || c.Same > rows-1 {
			t.Fatalf("%+v", c)
		}
		open := b.queue(t, authority.Filter{Status: authority.Open, Same: true})
		dead, other := open[0], open[1]
		if dead.Entry.Name == "" || strings.Contains(dead.Entry.Number, "317") {
			t.Errorf("the entry is %+v", dead.Entry)
		}
		if err := b.accept(t, dead.ID, "akta dilihat"); err != nil {
			t.Fatal(err)
		}
		if p := b.person(t, dead); p.Status != registry.PersonDead {
			t.Errorf("accepted, and %s", p.Status)
		}
		if err := b.accept(t, dead.ID, ""); !fault.Is(err, fault.KindConflict) {
			t.Errorf("accepted twice: %v", err)
		}
		if err := b.accept(t, open[2].ID, ""); err != nil {
			t.Fatal(err)
		}
		b.knowsTheDead(t, open[2])
		if err := b.Reject(registrytest.Officer(), other.ID, "bukan dia"); err != nil {
			t.Fatal(err)
		}
		again := b.match(t, "deaths", text)
		if again.Remembered != 1 || again.Added != 0 {
			t.Errorf("the second time %+v", again)
		}
		b.takeBack(t, dead)
		_, villages, err := b.One(registrytest.Officer(), again.ID)
		if err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		for _, v := range villages {
			sum += v.Open
		}
		if n, err := b.Count(registrytest.Officer(), authority.Filter{List: again.ID, Status: authority.Open}); err != nil || n != sum || sum == 0 {
			t.Errorf("%d wait by village, %d by count: %v", sum, n, err)
		}
	})
}

// knowsTheDead brings a list that has a dead person once more, written in
// another way: to accept that records nothing, and to take it back revives
// nobody.
func (b *bench) knowsTheDead(t *testing.T, dead authority.Match) {
	t.Helper()
	p := b.person(t, dead)
	text := "nik,nama,lahir,meninggal\n,DRS. " + p.Name + "," + p.Born.String() + ",2025-03-02\n"
	for i, m := range b.office.Members { // somebody else, so that the dead are brought as well
		if i%9 == 5 {
			text += m["nik"] + "," + m["nama"] + "," + m["tanggal_lahir"] + ",2025-03-02\n"
		}
	}
	b.revive(t, dead, func() { b.match(t, "deaths", text) })
	for _, m := range b.queue(t, authority.Filter{Status: authority.Open}) {
		if m.Person != dead.Person {
			continue
		}
		if err := b.accept(t, m.ID, ""); err != nil {
			t.Fatalf("a death that is on record: %v", err)
		}
		if waits, err := b.Undo(registrytest.Officer(), m.ID); err != nil || waits || b.person(t, dead).Status != registry.PersonDead {
			t.Errorf("taken back: waits %v, %s, %v", waits, b.person(t, dead).Status, err)
		}
		if err := b.Reject(registrytest.Officer(), m.ID, ""); err != nil {
			t.Error(err)
		}
		return
	}
	t.Error("the list did not name the dead")
}

// revive has somebody who is dead count while fn runs.
func (b *bench) revive(t *testing.T, dead authority.Match, fn func()) {
	t.Helper()
	for _, status := range []registry.PersonStatus{registry.PersonActive, registry.PersonDead} {
		if err := b.register.SetPersonStatus(registrytest.Officer(), dead.Family, dead.Person, status, "uji", "uji"); err != nil {
			t.Fatal(err)
		}
		if status == registry.PersonActive {
			fn()
		}
	}
}

// takeBack takes an accepted death back, which a second person approves.
func (b *bench) takeBack(t *testing.T, dead authority.Match) {
	t.Helper()
	accepted, _, err := b.Match(registrytest.Officer(), dead.ID)
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := b.register.Event(registrytest.Officer(), accepted.Event, access.PurposeVerification)
	if err != nil || e.Kind != registry.Death || e.Status != registry.EventRecorded || e.EffectiveOn != civil.MustParse("2025-03-01") {
		t.Fatalf("the death is %+v: %v", e, err)
	}
	waits, err := b.Undo(registrytest.Officer(), dead.ID)
	if err != nil || !waits {
		t.Fatalf("taken back, waits: %v, %v", waits, err)
	}
	waiting, _, err := b.register.Events(registrytest.Officer(), registry.EventFilter{Status: registry.EventProposed, Family: dead.Family, Limit: 10}, access.PurposeVerification)
	if err != nil || len(waiting) != 1 || waiting[0].Kind != registry.Undone {
		t.Fatalf("waiting: %+v, %v", waiting, err)
	}
	second := access.With(context.Background(), access.Actor{Login: "kedua", Roles: []access.Role{access.Officer}, Scope: access.Nation()})
	if _, err := b.register.Approve(second, waiting[0].ID, ""); err != nil {
		t.Fatal(err)
	}
	if p := b.person(t, dead); p.Status != registry.PersonActive {
		t.Errorf("taken back, and %s", p.Status)
	}
	if m, _, err := b.Match(registrytest.Officer(), dead.ID); err != nil || m.Status != authority.Open || !m.Event.IsZero() {
		t.Errorf("the match is %s, with event %v: %v", m.Status, m.Event, err)
	}
}

func TestTheDeathOfAHeadAsksForAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		text, _ := b.list()
		b.match(t, "deaths", text)
		for _, row := range b.queue(t, authority.Filter{Same: true}) {
			m, _, err := b.Match(registrytest.Officer(), row.ID)
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Heads) == 0 {
				continue
			}
			if err := b.Accept(registrytest.Officer(), m.ID, "", ident.ID{}); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("nobody follows: %v", err)
			}
			if now := b.person(t, *m); now.Status != registry.PersonActive {
				t.Errorf("refused, and %s", now.Status)
			}
			if err := b.Accept(registrytest.Officer(), m.ID, "", m.Heads[0].Person); err != nil {
				t.Fatal(err)
			}
			follows := b.person(t, authority.Match{Family: m.Family, Person: m.Heads[0].Person})
			if follows.Relation != registry.RelationHead {
				t.Errorf("%s follows, and is %d", follows.Name, follows.Relation)
			}
			return
		}
		t.Fatal("no head is on the list")
	})
}

func TestACivilServantGetsTheFactWithItsSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		text, _ := b.list()
		b.match(t, "civil_servants", text)
		m := b.queue(t, authority.Filter{Same: true})[0]
		i, _ := b.register.Catalogue().Lookup(indicator.Person, "work_status")
		before, known := b.person(t, m).Facts.Get(i.No)
		if err := b.accept(t, m.ID, ""); err != nil {
			t.Fatal(err)
		}
		if v, ok := b.person(t, m).Facts.Get(i.No); !ok || i.Format(v, "en") != i.Format(51, "en") {
			t.Errorf("the fact is %d, %v", v, ok)
		}
		dossier, err := b.register.Family(registrytest.Officer(), m.Family, access.PurposeVerification)
		if err != nil {
			t.Fatal(err)
		}
		newest := dossier.History.Changes[len(dossier.History.Changes)-1]
		if !strings.Contains(newest.Evidence, "Surat 12/2025") || newest.EffectiveOn != civil.MustParse("2025-04-01") {
			t.Errorf("the fact rests on %q from %s", newest.Evidence, newest.EffectiveOn)
		}
		if waits, err := b.Undo(registrytest.Officer(), m.ID); err != nil || waits {
			t.Fatalf("taken back: %v, %v", waits, err)
		}
		v, ok := b.person(t, m).Facts.Get(i.No)
		if v != before || ok != known {
			t.Errorf("taken back, the fact is %d, %v; it was %d, %v", v, ok, before, known)
		}
	})
}

func TestMatchesOfOtherAreasAreNotSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		text, _ := b.list()
		b.match(t, "deaths", text)
		m := b.queue(t, authority.Filter{})[0]
		elsewhere := access.With(context.Background(), access.Actor{Login: "lain", Roles: []access.Role{access.Officer}, Scope: access.Areas("11")})
		if _, _, err := b.Match(elsewhere, m.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another area's match: %v", err)
		}
		if err := b.Accept(elsewhere, m.ID, "", ident.ID{}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another area's match is accepted: %v", err)
		}
		p, err := b.Matches(elsewhere, authority.Filter{}, linkage.Cursor{}, 10)
		if err != nil || len(p.Rows) > 0 {
			t.Errorf("another area's list: %d %v", len(p.Rows), err)
		}
	})
}

func TestPagesOfMatchesFollowEachOther(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	text, _ := b.list()
	b.match(t, "deaths", text)
	all := b.queue(t, authority.Filter{})
	var got, want []ident.ID
	for _, m := range all {
		want = append(want, m.ID)
	}
	var c linkage.Cursor
	for {
		p, err := b.Matches(registrytest.Officer(), authority.Filter{}, c, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range p.Rows {
			got = append(got, m.ID)
		}
		if p.Next == nil {
			break
		}
		c = *p.Next
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAListThatCannotBeMatchedIsRefusedAtOnce(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	good := authority.Given{Kind: "deaths", Origin: "Surat", On: civil.MustParse("2025-01-01"), Mapping: []string{"name=nama,born=lahir"}}
	const list = "nama,lahir\nA,2000-01-01\n"
	for name, change := range map[string]func(g *authority.Given, text *string){
		"kind":   func(g *authority.Given, _ *string) { g.Kind = "neighbours" },
		"empty":  func(_ *authority.Given, text *string) { *text = "" },
		"origin": func(g *authority.Given, _ *string) { g.Origin = " " },
		"future": func(g *authority.Given, _ *string) { g.On = civil.MustParse("2099-01-01") },
		"column": func(g *authority.Given, _ *string) { g.Mapping = []string{"name=orang"} },
		"role":   func(g *authority.Given, _ *string) { g.Mapping = []string{"nama=nama"} },
		"xlsx":   func(_ *authority.Given, text *string) { *text = "PK\x03\x04..." },
		"nobody": func(_ *authority.Given, text *string) { *text = "nama,lahir\n,2000-01-01\n" },
	} {
		g, text := good, list
		change(&g, &text)
		if _, err := b.Bring(registrytest.Officer(), g, "a.csv", strings.NewReader(text)); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := b.parts(t); n != 0 {
		t.Errorf("%d pieces of what was refused are left", n)
	}
	if _, err := b.Bring(access.With(context.Background(), access.Actor{Login: "x", Roles: []access.Role{access.Planner}}), good, "a.csv", strings.NewReader(list)); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a planner: %v", err)
	}
	good.Mapping = nil // the columns are called as they usually are
	l, err := b.Bring(registrytest.Officer(), good, "a.csv", strings.NewReader("No;NIK;Nama Lengkap;Tgl. Lahir\n1;;A;2000-01-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"name=Nama Lengkap", "born=Tgl. Lahir", "identifier=NIK"}, l.Mapping); diff != "" {
		t.Error(diff)
	}
}

// A list of many pieces is matched as one of one piece is, and its pieces are
// gone afterwards; so are those of what never became a list, a day later.
func TestAListOfManyPiecesIsMatchedAndForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		text, rows := b.list()
		heading, body, _ := strings.Cut(text, "\n")
		var long strings.Builder
		long.WriteString(heading + ",catatan\n")
		for line := range strings.Lines(body) {
			long.WriteString(strings.TrimSuffix(line, "\n") + "," + strings.Repeat("x", 60_000) + "\n")
		}
		c := b.match(t, "deaths", long.String())
		if c.Rows != rows || c.Same == 0 || b.parts(t) != 0 {
			t.Errorf("%+v, %d pieces left", c, b.parts(t))
		}
		for _, m := range b.queue(t, authority.Filter{}) {
			if m.Entry.Name == "" || m.Row == 0 {
				t.Errorf("an entry is not known any more: %+v", m.Entry)
			}
		}
		r, err := b.Receive(registrytest.Officer())
		if err == nil {
			err = r.Take(registrytest.Officer(), "mati.csv", strings.NewReader(text))
		}
		if err != nil || b.parts(t) != 1 {
			t.Fatalf("%v, %d pieces", err, b.parts(t))
		}
		for _, wait := range []struct {
			hours time.Duration
			left  int
		}{{23 * time.Hour, 1}, {2 * time.Hour, 0}} {
			b.register.Clock.Advance(wait.hours)
			if _, err := b.Receive(registrytest.Officer()); err != nil || b.parts(t) != wait.left {
				t.Errorf("%v, %d pieces after %s more", err, b.parts(t), wait.hours)
			}
		}
	})
}
