package paysim

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/bank"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// town is the truth that the oracle knows: who is entitled to what, where
// their accounts are, and who has died, moved or been put on hold. It stands
// in for register, programmes and determination, and survives the process.
type town struct {
	families  []family
	blocks    map[ident.ID]blocked // of families and persons
	lifted    map[ident.ID]bool    // holds that somebody set about to lift
	duties    map[int]*duty        // by family
	withdrawn bool                 // the determination
	accounts  map[string]int       // bank and number → family
	log       delivery.Log
}

type family struct {
	id, payee, child ident.ID
	area             string
	pupil            bool
	bank, number     string
	holder           string
	heirs            map[string]heir // by programme
}

// heir is an account that a family is paid to instead of its own.
type heir struct {
	account string // bank and number; "" where nobody knows whether it was approved
	since   int    // step
}

type blocked struct {
	code  delivery.Code
	since int // step
}

const regency = "3674"

func townID(kind byte, n int) ident.ID {
	id := ident.ID{0x01, 0x9c, kind}
	binary.BigEndian.PutUint64(id[8:], uint64(n)+1)
	id[6] = 0x70
	return id
}

var determination = townID(9, 0)

func newTown(n int) *town {
	t := &town{blocks: map[ident.ID]blocked{}, lifted: map[ident.ID]bool{}, accounts: map[string]int{}, duties: map[int]*duty{}}
	for i := range n {
		f := family{id: townID(1, i), payee: townID(2, i), child: townID(3, i), area: fmt.Sprintf("%s%02d1%03d", regency, i%7+1, i%9+1),
			pupil: i%2 == 0, bank: []string{"BRI", "BNI", "BSI"}[i%3], number: fmt.Sprintf("%012d", 700_000+i), holder: fmt.Sprintf("Siti %d", i), heirs: map[string]heir{}}
		t.families = append(t.families, f)
		t.accounts[f.bank+f.number] = i
		t.accounts[heirBank+heirAccount(i)] = i
		t.accounts[postOffice+f.holder] = i
	}
	return t
}

const (
	heirBank   = "BRI"
	postOffice = "POS" // knows people by their name
)

// heirAccount is the account of the one who receives in a family's stead.
func heirAccount(n int) string { return fmt.Sprintf("%012d", 900_000+n) }

// index returns which family an id of any kind belongs to.
func index(id ident.ID) int { return int(binary.BigEndian.Uint64(id[8:])) - 1 }

// annual is what a family is entitled to in a year, by component.
func (t *town) annual(programme string, f family) map[string]money.Rupiah {
	if programme == "sembako" {
		return map[string]money.Rupiah{"food": 2_400_000}
	}
	all := map[string]money.Rupiah{"elderly": 2_400_000}
	if f.pupil {
		all["sma"] = 2_000_001 // no instalment of it is a quarter
	}
	return all
}

var cycles = map[string]int{"pkh": 4, "sembako": 6}

// due is what a family is owed for a period: by nature of the exact split, the
// last instalment takes what is left.
func (t *town) due(programme string, period int, n int) money.Rupiah {
	var sum money.Rupiah
	cycle := money.Rupiah(cycles[programme])
	for _, a := range t.annual(programme, t.families[n]) {
		if sum += a / cycle; period == int(cycle) {
			sum += a % cycle
		}
	}
	return sum
}

// stopped returns why a family must not be paid under a programme, and since
// which step: the family itself, its payee, or the pupil where it is paid for
// the pupil.
func (t *town) stopped(programme string, n int, forPupil bool) (blocked, bool) {
	f := t.families[n]
	ids := []ident.ID{f.id}
	if _, receives := f.heirs[programme]; !receives || programme == "pkh" {
		ids = append(ids, f.payee) // for whom an heir receives may be dead
	}
	if forPupil {
		ids = append(ids, f.child)
	}
	for _, id := range ids {
		if b, ok := t.blocks[id]; ok {
			return b, true
		}
	}
	return blocked{}, false
}

// Current returns the determination in force.
func (t *town) Current(context.Context) (delivery.Determination, error) {
	if t.withdrawn {
		return delivery.Determination{}, fault.NotFound("delivery.not_in_force")
	}
	return delivery.Determination{ID: determination, Name: "SK 1"}, nil
}

// InForce refuses a determination that was withdrawn.
func (t *town) InForce(_ context.Context, id ident.ID) error {
	if t.withdrawn || id != determination {
		return fault.Conflict("delivery.not_in_force")
	}
	return nil
}

// Entitled gives the families, not in the order of a list.
func (t *town) Entitled(_ context.Context, _ ident.ID, programme string, fn func(delivery.Entitlement) error) error {
	for _, f := range slices.Backward(t.families) {
		e := delivery.Entitlement{FamilyID: f.id, Area: f.area, Version: "2026-01"}
		for _, component := range slices.Sorted(maps.Keys(t.annual(programme, f))) {
			g := delivery.Grant{Component: component, Annual: t.annual(programme, f)[component]}
			switch component {
			case "elderly":
				g.PersonID = f.payee
			case "sma":
				g.PersonID = f.child
			}
			e.Lines = append(e.Lines, g)
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// Paid lists the programmes.
func (t *town) Paid(context.Context) ([]delivery.Terms, error) {
	var all []delivery.Terms
	for _, code := range []string{"pkh", "sembako"} {
		n := cycles[code]
		all = append(all, delivery.Terms{Code: code, Name: i18n.Text{ID: code, EN: code}, Means: delivery.ByBank, Cycle: n,
			Split: func(a money.Rupiah) []money.Rupiah { return a.Split(n) }})
	}
	return all, nil
}

// Terms returns a programme's terms.
func (t *town) Terms(ctx context.Context, programme string) (delivery.Terms, error) {
	all, err := t.Paid(ctx)
	for _, x := range all {
		if x.Code == programme {
			return x, err
		}
	}
	return delivery.Terms{}, fault.NotFound("delivery.no_list")
}

// Payees returns the families' accounts.
func (t *town) Payees(_ context.Context, families []ident.ID) (map[ident.ID]delivery.Payee, error) {
	all := map[ident.ID]delivery.Payee{}
	for _, id := range families {
		f := t.families[index(id)]
		all[id] = delivery.Payee{PersonID: f.payee, Holder: f.holder, Bank: f.bank, Number: f.number}
	}
	return all, nil
}

// Area tells where a family lives.
func (t *town) Area(_ context.Context, id ident.ID) (string, error) {
	if n := index(id); id[2] == 1 && n >= 0 && n < len(t.families) {
		return t.families[n].area, nil
	}
	return "", fault.NotFound("delivery.no_line")
}

// Blocked gives who is not to be paid.
func (t *town) Blocked(ctx context.Context, _, area string, fn func(delivery.Block) error) error {
	if err := t.log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "person.stopped", Area: area}); err != nil {
		return err
	}
	for _, id := range slices.SortedFunc(maps.Keys(t.blocks), func(a, b ident.ID) int { return cmp.Compare(a.String(), b.String()) }) {
		b := delivery.Block{FamilyID: id, Code: t.blocks[id].code}
		if b.Code == delivery.OnHold {
			continue // delivery knows of it itself
		}
		if id[2] != 1 {
			b = delivery.Block{PersonID: id, Code: b.Code}
		}
		if err := fn(b); err != nil {
			return err
		}
	}
	return nil
}

// owner returns whose money an order asks to be credited.
func (t *town) owner(p bank.Payment) (int, bool) {
	if p.Bank == postOffice {
		n, ok := t.accounts[p.Bank+p.Holder]
		return n, ok
	}
	n, ok := t.accounts[p.Bank+p.Account]
	return n, ok
}
