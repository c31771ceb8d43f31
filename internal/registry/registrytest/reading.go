package registrytest

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

func testStatus(t *testing.T, b *Bench) {
	Bring(t, b, NewOffice(2, 12, "3674"))
	rec := Everything(t, b)[1]
	id, head := rec.Family.ID, rec.Members[0].ID
	if err := b.SetPersonStatus(Officer(), id, head, registry.PersonDead, "Meninggal", "akta 123"); err != nil {
		t.Fatal(err)
	}
	if err := b.SetPersonStatus(Officer(), id, head, registry.PersonDead, "Meninggal", ""); !fault.Is(err, fault.KindConflict) {
		t.Errorf("dead twice: %v", err)
	}
	if err := b.SetPersonStatus(Officer(), id, head, registry.PersonMoved, " ", ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := b.SetPersonStatus(Officer(), id, head, registry.PersonMoved, "Pindah", "KTP 3674 0101 0160 0099"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a number in clear: %v", err)
	}
	if err := b.SetPersonStatus(Officer(), id, ident.ID{1}, registry.PersonMoved, "x", ""); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if err := b.SetFamilyStatus(Officer(), id, registry.FamilyDuplicate, "Ganda", "pasangan 7"); err != nil {
		t.Fatal(err)
	}
	d := family(t, b, id)
	if d.Members[0].Status != registry.PersonDead || d.Family.Status != registry.FamilyDuplicate || d.Family.Version != 3 ||
		d.Family.Size != len(rec.Members)-1 || len(rec.Members) > 1 && d.Family.HeadName != rec.Members[1].Name {
		t.Errorf("%+v %+v", d.Family, d.Members[0])
	}
	c := d.Changes[1]
	if c.Kind != registry.MemberStatus || c.Reason != "Meninggal" || c.Evidence != "akta 123" || c.ProposedBy != "officer" {
		t.Errorf("%+v", c)
	}
	SameAsFold(t, d)
	if n, err := b.Count(Officer(), registry.Filter{Status: registry.FamilyActive}); err != nil || n != 1 {
		t.Errorf("%d active, %v", n, err)
	}
}

func testPayee(t *testing.T, b *Bench) {
	o := NewOffice(3, 13, "3674011001")
	for _, m := range o.Members {
		if m["id_keluarga"] == "K000003" {
			m["rekening"], m["bank"] = "", ""
		}
	}
	Bring(t, b, o)
	o.Families[0]["tanggal_data"], o.Members[0]["rekening"] = "2025-05-02", "0012345678"
	Bring(t, b, o)
	ctx := As(access.Treasurer, "36")
	var ids []ident.ID
	for _, rec := range Everything(t, b) {
		ids = append(ids, rec.Family.ID)
	}
	payees, err := b.Payee(ctx, ids, access.PurposePayment)
	if err != nil || len(payees) != 3 {
		t.Fatal(payees, err)
	}
	if a := payees[0].Account; a == nil || a.Number != "0012345678" || a.Bank != "BRI" || payees[0].Name != o.Members[0]["nama"] {
		t.Errorf("%+v %+v", payees[0], a)
	}
	if payees[2].Account != nil || payees[2].PersonID.IsZero() {
		t.Errorf("a family without an account: %+v", payees[2])
	}
	if d := family(t, b, ids[0]); len(d.Accounts) != 2 || d.Accounts[1].Masked != "********5678" {
		t.Errorf("accounts are %+v", d.Accounts)
	}
	// A dead recipient is paid no more.
	if err := b.SetPersonStatus(Officer(), ids[0], payees[0].PersonID, registry.PersonDead, "Meninggal", ""); err != nil {
		t.Fatal(err)
	}
	after, err := b.Payee(ctx, ids[:1], access.PurposePayment)
	if err != nil || len(after) > 0 && after[0].PersonID == payees[0].PersonID {
		t.Errorf("still paid: %+v, %v", after, err)
	}
	if _, err := b.Payee(As(access.Operator, "36"), ids, access.PurposePayment); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator sees accounts: %v", err)
	}
}

func testPages(t *testing.T, b *Bench) {
	o := NewOffice(25, 15, "3674")
	o.Members[0]["nama"] = "Hj. Zulaikha Qomariah"
	Bring(t, b, o)
	var seen []registry.Row
	var pages [][]registry.Row
	var at registry.Cursor
	for {
		p, err := b.List(Officer(), registry.Filter{}, at, 7, access.PurposeService)
		if err != nil {
			t.Fatal(err)
		}
		if (p.Prev == nil) != (len(pages) == 0) {
			t.Errorf("page %d says of the page before: %v", len(pages), p.Prev)
		}
		seen, pages = append(seen, p.Rows...), append(pages, p.Rows)
		if p.Next == nil {
			break
		}
		at.Place = *p.Next
	}
	// And the same way back.
	at = registry.Cursor{Place: registry.Place{Area: pages[3][0].Area, ID: pages[3][0].ID}, Back: true}
	for i := 2; i >= 0; i-- {
		p, err := b.List(Officer(), registry.Filter{}, at, 7, access.PurposeService)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(pages[i], p.Rows); diff != "" || p.Next == nil || (p.Prev == nil) != (i == 0) {
			t.Fatalf("page %d, coming back: next %v, prev %v %s", i, p.Next, p.Prev, diff)
		}
		if p.Prev != nil {
			at.Place = *p.Prev
		}
	}
	if len(seen) != 25 || !slices.IsSortedFunc(seen, func(a, b registry.Row) int {
		return slices.Compare(append([]byte(a.Area), a.ID[:]...), append([]byte(b.Area), b.ID[:]...))
	}) {
		t.Errorf("%d rows, or out of order", len(seen))
	}
	area := o.Families[0]["kode_wilayah"]
	for _, tc := range []struct {
		f    registry.Filter
		want int
	}{
		{registry.Filter{Name: "zulaikha"}, 1},
		{registry.Filter{Name: "ZULAIKHA qom"}, 1},
		{registry.Filter{Name: "qomariah"}, 0},
		{registry.Filter{Name: "qomariah", Area: area}, 1},
		{registry.Filter{Name: "omariah", Area: area}, 0},
		{registry.Filter{Name: "zulaikha", Area: "31"}, 0},
		{registry.Filter{Area: "36"}, 25},
		{registry.Filter{Status: registry.FamilyMoved}, 0},
		{registry.Filter{Name: "' OR 1=1"}, 0},
	} {
		p, err := b.List(Officer(), tc.f, registry.Cursor{}, 100, access.PurposeService)
		n, errCount := b.Count(Officer(), tc.f)
		if err != nil || errCount != nil || len(p.Rows) != tc.want || n != int64(tc.want) {
			t.Errorf("%+v: %d rows, counted %d, %v %v", tc.f, len(p.Rows), n, err, errCount)
		}
	}
	// Who works in a village need not choose it to find people by any word.
	for place, want := range map[string]int{area: 1, area[:6]: 1, area[:4]: 0} {
		p, err := b.List(As(access.Operator, place), registry.Filter{Name: "qomariah"}, registry.Cursor{}, 100, access.PurposeService)
		if err != nil || len(p.Rows) != want {
			t.Errorf("somebody of %s finds %d: %v", place, len(p.Rows), err)
		}
	}
}

func testScan(t *testing.T, b *Bench) {
	o := NewOffice(1100, 16, "3674")
	Bring(t, b, o)
	all := Everything(t, b)
	members := 0
	for i, r := range all {
		members += len(r.Members)
		if i > 0 && (all[i-1].Family.Area > r.Family.Area || all[i-1].Family.Area == r.Family.Area &&
			slices.Compare(all[i-1].Family.ID[:], r.Family.ID[:]) >= 0) {
			t.Fatalf("family %d is out of order", i)
		}
		for j, m := range r.Members {
			if m.FamilyID != r.Family.ID || len(m.NIKBlind) == 0 || len(m.Facts) == 0 || m.NIKMasked != "" ||
				j > 0 && slices.Compare(r.Members[j-1].ID[:], m.ID[:]) >= 0 {
				t.Fatalf("member %d of family %d: %+v", j, i, m)
			}
		}
	}
	if len(all) != 1100 || members != len(o.Members) {
		t.Errorf("%d families, %d members", len(all), members)
	}
	stop := errors.New("enough")
	if err := b.Scan(Officer(), access.PurposeSystem, func(*registry.Record) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("a stopped scan: %v", err)
	}
}
