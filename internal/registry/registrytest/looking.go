package registrytest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
)

func testScope(t *testing.T, b *Bench) {
	Bring(t, b, NewOffice(6, 5, "3674011001"))
	other := NewOffice(4, 6, "3172041004")
	for _, row := range append(other.Families, other.Members...) {
		row["id_keluarga"] = "J" + row["id_keluarga"]
	}
	Bring(t, b, other)
	for area, want := range map[string]int{"3674": 6, "3674011001": 6, "3172": 4, "3674011002": 0, "12": 0} {
		ctx := As(access.Auditor, area)
		if n, err := b.Count(ctx, registry.Filter{}); err != nil || n != int64(want) {
			t.Errorf("%s counts %d, %v", area, n, err)
		}
		if n, err := b.Count(ctx, registry.Filter{Area: "31", Name: "s"}); err != nil || want != 4 && n != 0 {
			t.Errorf("%s counts %d elsewhere, %v", area, n, err)
		}
		p, err := b.List(ctx, registry.Filter{}, registry.Cursor{}, 100, access.PurposeAudit)
		if err != nil || len(p.Rows) != want {
			t.Errorf("%s lists %d, %v", area, len(p.Rows), err)
		}
		n := 0
		for _, err := range b.All(ctx, registry.Filter{}, access.PurposeAudit) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		scanned := 0
		err = b.Scan(ctx, access.PurposeAudit, func(*registry.Record) error { scanned++; return nil })
		if err != nil || n != want || scanned != want {
			t.Errorf("%s exports %d and scans %d, %v", area, n, scanned, err)
		}
	}
	outside := As(access.Officer, "3172")
	for _, rec := range Everything(t, b) {
		if rec.Family.Area[:2] != "36" {
			continue
		}
		id, member := rec.Family.ID, rec.Members[0].ID
		_, errRead := b.Family(outside, id, access.PurposeService)
		_, errUnmask := b.Unmask(outside, id, registry.KindNIK, member, access.PurposeService, "asked")
		errStatus := b.SetPersonStatus(outside, id, member, registry.PersonDead, "x", "")
		errFamily := b.SetFamilyStatus(outside, id, registry.FamilyMoved, "x", "")
		for _, err := range []error{errRead, errUnmask, errStatus, errFamily} {
			if !fault.Is(err, fault.KindNotFound) {
				t.Errorf("outside its area a family answers %v", err)
			}
		}
		payees, err := b.Payee(As(access.Treasurer, "3172"), []ident.ID{id}, access.PurposePayment)
		if err != nil || len(payees) != 0 {
			t.Errorf("payees outside: %v, %v", payees, err)
		}
	}
}

func testLookup(t *testing.T, b *Bench) {
	o := NewOffice(3, 8, "3674")
	Bring(t, b, o)
	for kind, number := range map[registry.IdentifierKind]string{registry.KindNIK: o.Members[1]["nik"], registry.KindKK: o.Families[0]["no_kk"]} {
		rows, err := b.Lookup(Officer(), kind, " "+number[:4]+" "+number[4:], access.PurposeService)
		if err != nil || len(rows) != 1 || rows[0].LocalKey != "K000001" {
			t.Errorf("%s finds %v, %v", kind, rows, err)
		}
		rows, err = b.Lookup(As(access.Operator, "3172"), kind, number, access.PurposeService)
		if err != nil || len(rows) != 0 {
			t.Errorf("outside, %s finds %v, %v", kind, rows, err)
		}
	}
	rows, err := b.Lookup(Officer(), registry.KindKK, o.Members[1]["nik"], access.PurposeService)
	if err != nil || len(rows) != 0 {
		t.Errorf("a NIK is found as a card: %v, %v", rows, err)
	}
	if _, err := b.Lookup(Officer(), registry.KindNIK, "123", access.PurposeService); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a short number: %v", err)
	}
}

// looks are all ways to see personal data.
func looks(b *Bench, rec registry.Record, nik string) map[string]func(ctx context.Context, p access.Purpose) error {
	id := rec.Family.ID
	return map[string]func(ctx context.Context, p access.Purpose) error{
		"family.read": func(ctx context.Context, p access.Purpose) error {
			return served(b.Family(ctx, id, p))
		},
		"family.list": func(ctx context.Context, p access.Purpose) error {
			return served(b.List(ctx, registry.Filter{}, registry.Cursor{}, 10, p))
		},
		"family.lookup": func(ctx context.Context, p access.Purpose) error {
			rows, err := b.Lookup(ctx, registry.KindNIK, nik, p)
			if err != nil && rows != nil {
				return errors.New("served with an error")
			}
			return err
		},
		"family.scan": func(ctx context.Context, p access.Purpose) error {
			n := 0
			err := b.Scan(ctx, p, func(*registry.Record) error { n++; return nil })
			if err != nil && n > 0 {
				return errors.New("served with an error")
			}
			return err
		},
		"family.export": func(ctx context.Context, p access.Purpose) error {
			for row, err := range b.All(ctx, registry.Filter{}, p) {
				if err != nil && row.HeadName != "" {
					return errors.New("served with an error")
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
		"identifier.unmask": func(ctx context.Context, p access.Purpose) error {
			number, err := b.Unmask(ctx, id, registry.KindNIK, rec.Members[0].ID, p, "asked at the counter")
			if err != nil && number != "" {
				return errors.New("served with an error")
			}
			return err
		},
		"family.payee": func(ctx context.Context, p access.Purpose) error {
			actor, _ := access.From(ctx)
			actor.Roles = []access.Role{access.Treasurer}
			payees, err := b.Payee(access.With(ctx, actor), []ident.ID{id}, p)
			if err != nil && payees != nil {
				return errors.New("served with an error")
			}
			return err
		},
	}
}

func served[T any](v *T, err error) error {
	if err != nil && v != nil {
		return errors.New("served with an error")
	}
	return err
}

func testEveryLook(t *testing.T, b *Bench) {
	o := NewOffice(2, 9, "3674")
	Bring(t, b, o)
	rec := Everything(t, b)[0]
	for action, look := range looks(b, rec, o.Members[0]["nik"]) {
		before := len(entries(t, b))
		if err := look(Officer(), access.PurposeService); err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		all := entries(t, b)
		want := 1
		if action == "family.lookup" {
			want = 2 // of the number that was sought, and of the family that was found
		}
		if len(all) != before+want {
			t.Fatalf("%s left %d entries", action, len(all)-before)
		}
		e := all[len(all)-1]
		if want == 2 && (e.Subject != rec.Family.ID.String() || e.Area != rec.Family.Area || all[len(all)-2].Action != action) {
			t.Errorf("the family that was found is told %+v", e)
		}
		if e.Action != action || e.Purpose != access.PurposeService || e.Actor != "officer" || e.Count == 0 || len(e.Fields) == 0 {
			t.Errorf("%s left %+v", action, e)
		}
		if err := look(Officer(), "curiosity"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s without a registered purpose: %v", action, err)
		}
		planner := access.With(context.Background(), access.Actor{Login: "p", Roles: []access.Role{access.Planner}, Scope: access.Nation()})
		if action != "family.payee" && action != "family.export" {
			if err := look(planner, access.PurposeStatistics); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s by a planner: %v", action, err)
			}
		}
	}
	for _, e := range entries(t, b) {
		record, err := e.Record()
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{o.Members[0]["nik"], o.Families[0]["no_kk"], o.Members[0]["rekening"], o.Members[0]["nama"]} {
			if strings.Contains(string(record), secret) {
				t.Errorf("the log holds %s", secret)
			}
		}
	}
}

// brokenLog cannot be written.
type brokenLog struct{ audit.Store }

func (brokenLog) Append(context.Context, []audit.Entry) error { return errors.New("disk full") }

func testFailClosed(t *testing.T, b *Bench) {
	o := NewOffice(2, 10, "3674")
	Bring(t, b, o)
	rec := Everything(t, b)[0]
	broken := *b
	broken.Service = b.with(brokenLog{b.Audit})
	for action, look := range looks(&broken, rec, o.Members[0]["nik"]) {
		if err := look(Officer(), access.PurposeService); err == nil || err.Error() == "served with an error" {
			t.Errorf("%s without a log: %v", action, err)
		}
	}
	more := NewOffice(4, 11, "3674")
	if _, err := broken.Import(Officer(), more.Files(), registry.Options{}, run.Silent{}); err == nil {
		t.Error("an import without a log went on")
	}
	if err := broken.SetPersonStatus(Officer(), rec.Family.ID, rec.Members[0].ID, registry.PersonDead, "x", ""); err == nil {
		t.Error("a change without a log went on")
	}
	for what, entry := range entriesByHand(&broken, rec) {
		if _, err := entry(Officer()); err == nil {
			t.Errorf("%s without a log went on", what)
		}
	}
	if got := Everything(t, b); len(got) != 2 || got[0].Family.Version != 1 {
		t.Errorf("something was left: %d families", len(got))
	}
}
