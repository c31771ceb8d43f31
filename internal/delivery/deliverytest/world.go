// Package deliverytest tests delivery with real databases, a real ledger and
// audit log, and a simulated bank, in a small world of families.
package deliverytest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	policyfiles "gotong/policy"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/bank"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverydb"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/ledger/ledgerdb"
	"gotong/internal/money"
	"gotong/internal/seal"
)

// Start is when the world begins.
var Start = time.Date(2026, 2, 2, 3, 0, 0, 0, time.UTC)

// World is a delivery service with everything around it.
type World struct {
	*delivery.Service
	Book  *ledger.Book
	Audit *audit.Service
	Bank  *bank.Simulated
	Post  *bank.Simulated
	Clock *clock.Stepping
	Town  *Town
	DB    *db.DB
}

// Options shapes a world.
type Options struct {
	Dir       string // of keys, outbox and bank; survives a restart
	Families  int
	Seed      uint64
	Bank      bank.Options
	Channel   bank.Channel // instead of the simulated bank
	Failpoint delivery.Failpoint
	Orders    string    // form of order files; "" is as the policy says
	Now       time.Time // Start when zero
	// AccountCheck has lists checked only after the bank was asked about
	// their accounts, as the policy says.
	AccountCheck bool
}

// Open builds a world on a database.
func Open(d *db.DB, o Options) (*World, error) {
	keys, err := seal.Load(filepath.Join(o.Dir, "keys"), "")
	if err != nil {
		return nil, err
	}
	w := &World{DB: d, Clock: clock.NewStepping(cmp.Or(o.Now, Start), time.Millisecond), Town: NewTown(o.Families)}
	exchange, err := bank.LoadRules(policyfiles.Files)
	if err != nil {
		return nil, err
	}
	if o.Orders != "" {
		exchange[0].Orders = map[string]string{"bank": o.Orders, "post": o.Orders}
	}
	o.Bank.Seed, o.Bank.Rule = o.Seed, exchange[0]
	if w.Bank, err = bank.Simulate(filepath.Join(o.Dir, "bank"), w.Clock, o.Bank); err != nil {
		return nil, err
	}
	rules, err := delivery.LoadRules(policyfiles.Files)
	if err != nil {
		return nil, err
	}
	rules[0].AccountCheck.Required = o.AccountCheck
	if w.Post, err = bank.Simulate(filepath.Join(o.Dir, "post"), w.Clock, bank.Options{Seed: o.Seed + 1}); err != nil {
		return nil, err
	}
	channel := o.Channel
	if channel == nil {
		channel = w.Bank
	}
	w.Book = ledger.NewBook(d, ledgerdb.New(), w.Clock)
	w.Audit = audit.NewService(d, auditdb.New(), keys, w.Clock, filepath.Join(o.Dir, "anchor"))
	w.Town.Log = w.Audit.Log()
	w.Service = delivery.New(delivery.Config{
		Unit: d, Store: deliverydb.New(), Book: w.Book, Log: w.Audit.Log(), Decisions: w.Town, Programmes: w.Town, Payees: w.Town, Standing: w.Town,
		Places: w.Town, Consequences: w.Town, Rules: rules, Files: exchange, Post: w.Post, Channel: channel, Vault: keys, Outbox: delivery.Folder(filepath.Join(o.Dir, "outbox")), Clock: w.Clock,
		IDs: ident.NewMaker(w.Clock, &counter{seed: o.Seed, n: uint64(w.Clock.Now().UnixNano())}), Failpoint: o.Failpoint,
	})
	return w, nil
}

// New is Open for a test, on a folder of its own.
func New(t testing.TB, d *db.DB, o Options) *World {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	w, err := Open(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// counter is a source of bytes that a seed makes repeatable.
type counter struct{ seed, n uint64 }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		if i%32 == 0 {
			c.n++
		}
		p[i] = sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, c.seed), c.n))[i%32]
	}
	return len(p), nil
}

// As returns a context in which a member of staff acts, by login: tari and
// tono are treasurers, citra and candra check, rudi releases; gita is a
// treasurer of another regency.
func As(login string) context.Context {
	scope, roles := access.Areas("3674"), map[string]access.Role{"tari": access.Treasurer, "tono": access.Treasurer, "gita": access.Treasurer,
		"citra": access.Checker, "candra": access.Checker, "rudi": access.Releaser, "rini": access.Releaser, "aulia": access.Auditor, "oki": access.Operator}
	if login == "gita" {
		scope = access.Areas("3172")
	}
	return access.With(context.Background(), access.Actor{Login: login, Name: login, Roles: []access.Role{roles[login]}, Scope: scope})
}

// All returns a context of somebody with every role, who can yet not do two
// hands of one payment.
func All(login string) context.Context {
	return access.With(context.Background(), access.Actor{Login: login, Roles: access.Roles, Scope: access.Nation()})
}

// Town is a small world: families that a determination entitles, with
// accounts and what happens to them. It stands in for the register, the
// programmes and the determination.
type Town struct {
	Families  []Family
	Blocks    map[ident.ID]delivery.Code // of families and persons
	Withdrawn bool
	Missing   map[ident.ID]delivery.Code // families whose account cannot be used
	Duties    []delivery.Consequence     // what follows from duties that were not met
	Log       delivery.Log               // of looks at people's standing; nil keeps none
}

// Family is one entitled family.
type Family struct {
	ID, Payee, Child ident.ID
	Area             string
	Annual           money.Rupiah // of the child's component; zero: the family is entitled to sembako alone
}

// TownID returns the n-th id of a kind.
func TownID(kind byte, n int) ident.ID {
	id := ident.ID{0x01, 0x9c, kind}
	binary.BigEndian.PutUint64(id[8:], uint64(n)+1)
	id[6] = 0x70
	return id
}

// NewTown returns n families, every second of them with a pupil.
func NewTown(n int) *Town {
	t := &Town{Blocks: map[ident.ID]delivery.Code{}, Missing: map[ident.ID]delivery.Code{}}
	for i := range n {
		f := Family{ID: TownID(1, i), Payee: TownID(2, i), Child: TownID(3, i), Area: fmt.Sprintf("3674%02d1%03d", i%7+1, i%9+1)}
		if i%2 == 0 {
			f.Annual = 2_000_000 // does not divide by four without a remainder in every split
		}
		t.Families = append(t.Families, f)
	}
	return t
}

// Determination is the id of the determination in force.
var Determination = TownID(9, 0)

// Current returns the determination in force.
func (t *Town) Current(context.Context) (delivery.Determination, error) {
	return delivery.Determination{ID: Determination, Name: "SK 1"}, nil
}

// InForce refuses a determination that was withdrawn.
func (t *Town) InForce(_ context.Context, id ident.ID) error {
	if t.Withdrawn || id != Determination {
		return fault.Conflict("delivery.not_in_force")
	}
	return nil
}

// Entitled gives the families, not in the order of a list.
func (t *Town) Entitled(_ context.Context, _ ident.ID, programme string, fn func(delivery.Entitlement) error) error {
	for _, f := range slices.Backward(t.Families) {
		e := delivery.Entitlement{FamilyID: f.ID, Area: f.Area, Version: "2025-01"}
		switch {
		case programme == "pkh":
			e.Lines = []delivery.Grant{{Component: "elderly", PersonID: f.Payee, Annual: 2_400_000}}
			if f.Annual > 0 {
				e.Lines = append(e.Lines, delivery.Grant{Component: "sma", PersonID: f.Child, Annual: f.Annual})
			}
		case programme == "sembako":
			e.Lines = []delivery.Grant{{Component: "food", Annual: 2_400_000}}
		default:
			e.PersonID = f.Payee
			e.Lines = []delivery.Grant{{Component: "meal", Annual: 10_950_000}}
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

var terms = []delivery.Terms{
	{Code: "pkh", Name: i18n.Text{ID: "Program Keluarga Harapan", EN: "Family Hope Programme"}, Means: delivery.ByBank, Cycle: 4,
		Steps: &delivery.Basis{Title: i18n.Text{ID: "Petunjuk teknis", EN: "Guideline"}, Recalled: true}},
	{Code: "sembako", Name: i18n.Text{ID: "Sembako", EN: "Staple food"}, Means: delivery.ByBank, Cycle: 6},
	{Code: "permakanan", Name: i18n.Text{ID: "Permakanan", EN: "Meals"}, Means: delivery.Goods, Cycle: 12},
}

// Paid lists the programmes.
func (t *Town) Paid(context.Context) ([]delivery.Terms, error) {
	all := slices.Clone(terms)
	for i := range all {
		n := all[i].Cycle
		all[i].Split = func(a money.Rupiah) []money.Rupiah { return a.Split(n) }
	}
	return all, nil
}

// Terms returns a programme's terms.
func (t *Town) Terms(ctx context.Context, programme string) (delivery.Terms, error) {
	all, _ := t.Paid(ctx)
	for _, x := range all {
		if x.Code == programme {
			return x, nil
		}
	}
	return delivery.Terms{}, fault.NotFound("delivery.no_list")
}

// Payees returns the families' accounts.
func (t *Town) Payees(_ context.Context, families []ident.ID) (map[ident.ID]delivery.Payee, error) {
	all := map[ident.ID]delivery.Payee{}
	for _, id := range families {
		n := int(binary.BigEndian.Uint64(id[8:])) - 1
		p := delivery.Payee{PersonID: TownID(2, n), Holder: fmt.Sprintf("Siti %d", n), Bank: []string{"BRI", "BNI", "BSI"}[n%3], Number: fmt.Sprintf("%012d", 700_000+n)}
		if code, ok := t.Missing[id]; ok {
			p.Problem = code
			if code == delivery.NoAccount {
				p.Number, p.Bank = "", ""
			}
		}
		all[id] = p
	}
	return all, nil
}

// Area tells where a family lives.
func (t *Town) Area(ctx context.Context, family ident.ID) (string, error) {
	for _, f := range t.Families {
		if actor, ok := access.From(ctx); f.ID == family && ok && actor.Scope.Covers(f.Area) {
			return f.Area, nil
		}
	}
	return "", fault.NotFound("delivery.no_line")
}

// Blocked gives who is not to be paid.
func (t *Town) Blocked(ctx context.Context, _, area string, fn func(delivery.Block) error) error {
	if t.Log != nil {
		if err := t.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "person.stopped", Area: area}); err != nil {
			return err
		}
	}
	for id, code := range t.Blocks {
		b := delivery.Block{FamilyID: id, Code: code}
		if id[2] != 1 {
			b = delivery.Block{PersonID: id, Code: code}
		}
		if err := fn(b); err != nil {
			return err
		}
	}
	return nil
}

// Consequences gives what follows from duties.
func (t *Town) Consequences(_ context.Context, programme string, p delivery.Period, area string, fn func(delivery.Consequence) error) error {
	for _, c := range slices.Backward(t.Duties) {
		if programme != "pkh" || !strings.HasPrefix(c.Area, area) || c.From.Year*100+c.From.No > p.Year*100+p.No {
			continue
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}
