// Package goodstest tests goods on real databases, in a small town.
package goodstest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/goods/goodsdb"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/seal"
	policyfiles "gotong/policy"
)

// Start is when the world begins: nine in the morning in Jakarta.
var Start = time.Date(2026, 2, 2, 2, 0, 0, 0, time.UTC)

// Today is its day.
var Today = civil.OfTime(Start)

// Village is where everything happens.
const Village = "3172041004"

// World is a goods service with everything around it.
type World struct {
	*goods.Service
	T     testing.TB
	Clock *clock.Stepping
	Town  *Town
	DB    *db.DB
	Box   Box
	Audit *audit.Service
}

// New builds a world on a database.
func New(t testing.TB, d *db.DB) *World {
	t.Helper()
	dir := t.TempDir()
	keys, err := seal.Load(filepath.Join(dir, "keys"), "")
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, DB: d, Clock: clock.NewStepping(Start, time.Millisecond), Town: NewTown(12), Box: Box{}}
	w.Audit = audit.NewService(d, auditdb.New(), keys, w.Clock, filepath.Join(dir, "anchor"))
	rules, err := goods.LoadPolicy(policyfiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	w.Service = goods.New(goods.Config{Unit: d, Store: goodsdb.New(), Log: w.Audit.Log(), Decisions: w.Town, People: w.Town, Vault: keys,
		Folder: w.Box, Policy: rules, Clock: w.Clock, IDs: ident.NewMaker(w.Clock, bytes.NewReader(bytes.Repeat([]byte{7, 1, 9, 3}, 1<<16))), Refusal: db.IsConstraint})
	return w
}

// As returns a context in which a member of staff acts: dina and doni are of
// the office, mira and maya approve, tari pays, oki is the village's operator,
// otto that of another village, aulia examines.
func As(login string) context.Context {
	roles := map[string]access.Role{"dina": access.Officer, "doni": access.Officer, "mira": access.Manager, "maya": access.Manager,
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

// Proved fails the test unless the books balance.
func (w *World) Proved() goods.BooksProof {
	w.T.Helper()
	p, err := w.Prove(As("aulia"))
	w.OK(err)
	if !p.Balanced {
		w.T.Fatalf("the books do not balance: %v", p.Problems)
	}
	return p
}

// Item adds an item.
func (w *World) Item(code string, kind goods.Kind, tracking goods.Tracking) {
	w.T.Helper()
	w.OK(w.AddItem(As("dina"), goods.Item{Code: code, Name: code, Kind: kind, Unit: "buah", Tracking: tracking, Value: 10000}))
}

// Depot adds a depot in the village.
func (w *World) Depot(code string, kind goods.DepotKind) goods.Depot {
	w.T.Helper()
	d, err := w.AddDepot(As("dina"), goods.Depot{Code: code, Name: code, Kind: kind, Area: Village, Keeper: "Pak Jaga"})
	w.OK(err)
	return d
}

// Stocked adds goods that are only counted.
func (w *World) Stocked(d goods.Depot, item string, n int64) {
	w.T.Helper()
	_, err := w.Receive(As("dina"), goods.Arrival{Depot: d.ID, Piece: goods.Piece{Item: item}, Quantity: n, Document: "SJ-1"})
	w.OK(err)
}

// Left is what a depot holds of an item.
func (w *World) Left(d goods.Depot, item string) int64 {
	w.T.Helper()
	all, err := w.Stock(As("dina"), goods.StockFilter{Depot: d.ID, Item: item})
	w.OK(err)
	var n int64
	for _, b := range all {
		n += b.Quantity
	}
	return n
}

// Photo is a picture; each shade is another one.
func Photo(shade byte) []byte {
	m := image.NewGray(image.Rect(0, 0, 32, 24))
	for i := range m.Pix {
		m.Pix[i] = shade + byte(i%7)
	}
	m.SetGray(3, 3, color.Gray{Y: shade ^ 0xff})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// Box keeps sealed pictures in memory.
type Box map[string][]byte

// Put keeps a picture.
func (b Box) Put(name string, content []byte) error {
	b[name] = bytes.Clone(content)
	return nil
}

// Read returns a picture.
func (b Box) Read(name string) ([]byte, error) {
	content, ok := b[name]
	if !ok {
		return nil, fault.NotFound("goods.no_proof")
	}
	return content, nil
}

// Town is its people and what is decided about them.
type Town struct {
	Folk     []goods.Person
	PriceOf  money.Rupiah
	Decision ident.ID
}

// NewTown is a town of n people who live alone.
func NewTown(n int) *Town {
	t := &Town{PriceOf: 30000, Decision: ident.ID{1}}
	for i := range n {
		t.Folk = append(t.Folk, goods.Person{ID: ident.ID{2, byte(i)}, FamilyID: ident.ID{3, byte(i)}, Name: fmt.Sprintf("Orang %02d", i), Area: Village,
			Address: fmt.Sprintf("Gang %d", i), Code: fmt.Sprintf("KODE-%04d", i), Head: true})
	}
	return t
}

// InKind lists the programmes.
func (t *Town) InKind(context.Context) ([]goods.Programme, error) {
	return []goods.Programme{{Code: "permakanan", Name: i18n.Both("Permakanan")}}, nil
}

// Entitled gives everybody.
func (t *Town) Entitled(_ context.Context, programme string, fn func(goods.Entitlement) error) (ident.ID, error) {
	if programme != "permakanan" {
		return ident.ID{}, fault.NotFound("determination.no_programme", "programme", programme)
	}
	for _, p := range t.Folk {
		if err := fn(goods.Entitlement{FamilyID: p.FamilyID, PersonID: p.ID, Area: p.Area}); err != nil {
			return ident.ID{}, err
		}
	}
	return t.Decision, nil
}

// Price returns the price of a day.
func (t *Town) Price(context.Context, string, civil.Date) (money.Rupiah, error) {
	return t.PriceOf, nil
}

// Members names people.
func (t *Town) Members(_ context.Context, families []ident.ID, _ access.Purpose) ([]goods.Person, error) {
	var all []goods.Person
	for _, p := range t.Folk {
		for _, f := range families {
			if f == p.FamilyID {
				all = append(all, p)
				break
			}
		}
	}
	return all, nil
}
