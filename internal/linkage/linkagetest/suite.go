// Package linkagetest holds linkage.Store and linkage.Service to their
// meaning on any database.
package linkagetest

import (
	"context"
	"testing"

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
	Gifts    Gifts // what people get
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
	gifts := Gifts{}
	return &Bench{Service: newService(t, register, b, audit.NewLog(b.Audit, register.Clock), gifts), Register: register, Pairs: b.Pairs,
		Planted: planted, Gifts: gifts}
}

func newService(t testing.TB, register *registrytest.Bench, b Backend, log *audit.Log, aid linkage.Aid) *linkage.Service {
	t.Helper()
	policies, err := linkage.LoadPolicies(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	return linkage.NewService(linkage.Deps{Unit: b.Unit, Store: b.Pairs, Register: register.Service, Keys: register.Keys,
		Log: log, IDs: register.IDs, Clock: register.Clock, Policies: policies, Aid: aid})
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
		"what hangs on a pair":       testValue,
		"bulk":                       testBulk,
		"many":                       testMany,
		"invariants":                 testInvariants,
	} {
		t.Run(name, func(t *testing.T) {
			backend := open(t)
			b := NewBench(t, backend, 240, 16)
			test(t, backend, b)
		})
	}
}

// pair keeps a pair of two people by hand.
// sides returns n people of the register.

// brokenLog cannot be written.
// walk goes through the 23 pairs of a list by pages of five, there and back,

// and through its export, and returns them.
