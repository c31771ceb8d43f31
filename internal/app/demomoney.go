package app

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/registry"
)

// death has the office record deaths that were not reported when the register
// was filled: between the determination and the payment, as it happens.
func (d *demo) death(ctx context.Context) error {
	rows, err := readTruth(d.dir, "dead.csv")
	if err != nil {
		return err
	}
	members, err := d.members(ctx)
	if err != nil {
		return err
	}
	d.progress.Stage("deaths", 0)
	for _, row := range rows {
		if row["dilaporkan"] == "ya" {
			continue
		}
		m, ok := members[row["baris"]]
		if !ok {
			return fmt.Errorf("app: nobody is on record for row %s", row["baris"])
		}
		err := d.app.Registry.SetPersonStatus(d.as(ctx, "dinas"), m.family, m.person, registry.PersonDead,
			"Meninggal "+row["tanggal_meninggal"], "Dukcapil")
		if err != nil {
			return err
		}
		d.progress.Add("", 1)
	}
	return nil
}

// member is where a row of the members' file went.
type member struct{ family, person ident.ID }

// members finds who was made of each row of the members' file: members of a
// family stand in the register in the order of their rows.
func (d *demo) members(ctx context.Context) (map[string]member, error) {
	byKey := map[string][]member{}
	err := d.app.Registry.Scan(d.as(ctx, "dinas"), access.PurposeVerification, func(r *registry.Record) error {
		for i := range r.Members {
			byKey[r.Family.LocalKey] = append(byKey[r.Family.LocalKey], member{r.Family.ID, r.Members[i].ID})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows, err := readRows(filepath.Join(d.dir, "anggota.csv"))
	if err != nil {
		return nil, err
	}
	all := make(map[string]member, len(rows))
	next := map[string]int{}
	for i, row := range rows {
		key := row["id_keluarga"]
		if n := next[key]; n < len(byKey[key]) {
			all[fmt.Sprint(i+2)] = byKey[key][n]
			next[key]++
		}
	}
	return all, nil
}

func readTruth(dir, name string) ([]map[string]string, error) {
	return readRows(filepath.Join(dir, "truth", name))
}

// readRows reads a CSV file with a heading.
func readRows(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("app: %s: %w", path, err)
	}
	var rows []map[string]string
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("app: %s: %w", path, err)
		}
		row := make(map[string]string, len(head))
		for i, h := range head {
			row[h] = cells[i]
		}
		rows = append(rows, row)
	}
}

// deliver pays the first instalment of every programme that a bank pays, in
// each regency, by three people, and reconciles what the bank says.
func (d *demo) deliver(ctx context.Context) error {
	for _, p := range d.determination.Content.Programmes {
		t, err := d.app.terms().Terms(ctx, p.Code)
		if err != nil {
			return err
		}
		if t.Means != delivery.ByBank || p.Counts.Entitled == 0 {
			continue
		}
		made, err := d.pay(ctx, p, t)
		if err != nil {
			return err
		}
		d.lists = append(d.lists, made...)
	}
	// The bank answers twice: most of it within hours, the rest a day later.
	for range 2 {
		d.clock.Advance(25 * time.Hour)
		for _, l := range d.lists {
			if _, err := d.app.Delivery.Collect(d.as(ctx, "bendahara"), l.ID, d.progress); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *demo) pay(ctx context.Context, p determination.ProgrammeResult, t delivery.Terms) ([]*delivery.PayList, error) {
	year := demoAsOf.Time().Year()
	annual, err := d.annual(ctx, t.Code)
	if err != nil {
		return nil, err
	}
	var lists []*delivery.PayList
	for _, area := range d.staff["bendahara"].Scope.Prefixes() {
		if annual[area] == 0 {
			continue // nobody in this regency is entitled
		}
		if _, err := d.app.Delivery.Allot(d.as(ctx, "kpa"), year, t.Code, area, annual[area], fmt.Sprintf("DIPA-%d-%s-%s", year, t.Code, area)); err != nil {
			return nil, err
		}
		order := delivery.Order{Programme: t.Code, Period: delivery.Period{Year: year, No: 1}, Area: area}
		l, err := d.app.Delivery.MakePayList(d.as(ctx, "bendahara"), order, d.progress)
		if fault.Is(err, fault.KindConflict) {
			continue // nobody in this regency is entitled
		}
		if err != nil {
			return nil, err
		}
		if l, err = d.app.Delivery.CheckAccounts(d.as(ctx, "bendahara"), l.ID, d.progress); err != nil {
			return nil, err
		}
		l, err = d.app.Delivery.Check(d.as(ctx, "ppk"), l.ID, l.Digest)
		if hasKey(err, "delivery.nothing_left") {
			continue // every recipient is held: the list waits for what they lack
		}
		if err != nil {
			return nil, err
		}
		v, err := d.app.Delivery.Review(d.as(ctx, "kpa"), l.ID)
		if err != nil {
			return nil, err
		}
		if l, err = d.app.Delivery.Release(d.as(ctx, "kpa"), l.ID, delivery.Confirmation(v.Pay)); err != nil {
			return nil, err
		}
		if _, err := d.app.Delivery.ExportBankFile(d.as(ctx, "bendahara"), l.ID); err != nil {
			return nil, err
		}
		if _, err := d.app.Delivery.Send(d.as(ctx, "bendahara"), l.ID); err != nil {
			return nil, err
		}
		lists = append(lists, l)
	}
	return lists, nil
}

// hasKey reports whether an error is the fault with a message key.
func hasKey(err error, key string) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Key == key
}

// annual adds up what a programme grants in each regency.
func (d *demo) annual(ctx context.Context, code string) (map[string]money.Rupiah, error) {
	sums := map[string]money.Rupiah{}
	err := d.app.Delivery.Decisions.Entitled(d.as(ctx, "bendahara"), d.determination.ID, code, func(e delivery.Entitlement) error {
		const regency = 4
		for _, g := range e.Lines {
			sums[e.Area[:regency]] += g.Annual
		}
		return nil
	})
	return sums, err
}

// account adds up what became of the money.
func (d *demo) account(ctx context.Context) error {
	for _, l := range d.lists {
		o, err := d.app.Delivery.Overview(d.as(ctx, "bendahara"), l.ID)
		if err != nil {
			return err
		}
		for status, into := range map[delivery.Status]*int64{delivery.Credited: &d.result.Credited, delivery.ReturnedIt: &d.result.Returned,
			delivery.OnTheWay: &d.result.Outstanding, delivery.Held: &d.result.Held} {
			*into += int64(o.Sums.Of(status).Total)
		}
		d.result.Ordered += int64(o.Sums.Of(delivery.Credited, delivery.ReturnedIt, delivery.OnTheWay).Total)
		for _, r := range o.Returns {
			d.result.Unexplained += r.Lines - r.Matched - r.Explained - r.Queued
		}
	}
	return nil
}

// prove recomputes the decision by the other readers, the ledger from its
// lines and the audit log from its entries.
func (d *demo) prove(ctx context.Context) error {
	report, err := doRun[determination.Report](d.as(ctx, "pemeriksa"), d.app, KindRecheck, RecheckArgs{Determination: d.determination.ID}, d.progress)
	if err != nil {
		return err
	}
	d.result.Rechecked = report.Verified()
	proof, err := d.app.Delivery.ProveLedger(d.as(ctx, "pemeriksa"))
	if err != nil {
		return err
	}
	d.result.LedgerBalanced = proof.Balanced
	books, err := d.app.Goods.Prove(d.as(ctx, "pemeriksa"))
	if err != nil {
		return err
	}
	d.result.GoodsBalanced = books.Balanced
	system := access.With(ctx, access.System("demo"))
	if _, err := d.app.Audit.Checkpoint(system); err != nil {
		return err
	}
	if err := d.app.refresh(ctx); err != nil {
		return err
	}
	log, err := d.app.Audit.Verify(system)
	d.result.LogVerified = log.Verified()
	return err
}
