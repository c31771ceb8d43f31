package cli

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/bank"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/run"
)

func benchPay(e *env) *cobra.Command {
	var payments, walks int
	c := &cobra.Command{
		Use: "pay", Short: "Carry a list of N payments from entitlement to reconciliation, prove the books, and time the walk of a rupiah", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inFolder(func(dir string) error { return e.benchPay(cmd.Context(), dir, payments, walks) })
		},
	}
	c.Flags().IntVar(&payments, "payments", 100000, "how many payments")
	c.Flags().IntVar(&walks, "walks", 100, "how often to walk from the budget to a recipient")
	return c
}

func (e *env) benchPay(ctx context.Context, dir string, payments, walks int) error {
	a, err := e.openQuiet(ctx, filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	defer a.Close()
	b := &payBench{town: newTown(payments), steps: map[string]float64{}, began: time.Now()}
	neighbours := a.Delivery.Config
	neighbours.Decisions, neighbours.Payees, neighbours.Standing = b.town, b.town, b.town
	b.service = delivery.New(neighbours)
	if err := b.carry(ctx); err != nil {
		return err
	}
	carried := time.Since(b.began)
	proof, err := b.service.ProveLedger(b.as(ctx, access.Auditor))
	if err != nil {
		return err
	}
	if err := b.lap("prove", nil); err != nil {
		return err
	}
	pages, err := b.walk(ctx, a, walks)
	if err != nil {
		return err
	}
	at := func(p float64) time.Duration { return pages[int(p*float64(len(pages)-1))] }
	for _, step := range paySteps {
		e.printf("%-10s %7.2f s\n", step, b.steps[step])
	}
	e.printf("%d payments in %.1f s, %d MiB at most, %d cores; a page of the walk: p50 %v, p95 %v\n",
		payments, carried.Seconds(), peakBytes()>>20, runtime.NumCPU(), at(.5), at(.95))
	return e.result(map[string]any{"payments": payments, "seconds": carried.Seconds(), "payments_per_second": float64(payments) / carried.Seconds(),
		"steps": b.steps, "balanced": proof.Balanced, "walk_p50_ms": ms(at(.5)), "walk_p95_ms": ms(at(.95)), "peak_bytes": peakBytes(), "cores": runtime.NumCPU()})
}

// paySteps are what is timed, in order.
var paySteps = []string{"make", "accounts", "check", "review", "release", "cut", "send", "reconcile", "prove"}

// payBench carries one list.
type payBench struct {
	town    town
	service *delivery.Service
	list    *delivery.PayList
	steps   map[string]float64
	began   time.Time
	last    time.Time
}

// as returns a context of somebody of a role, a person of its own each.
func (b *payBench) as(ctx context.Context, r access.Role) context.Context {
	return access.With(ctx, access.Actor{Login: "bench-" + string(r), Roles: []access.Role{r}, Scope: access.Nation()})
}

func (b *payBench) lap(step string, err error) error {
	now := time.Now()
	b.steps[step] = now.Sub(b.last).Seconds()
	b.last = now
	return err
}

// carry takes the list from entitlement to reconciliation.
func (b *payBench) carry(ctx context.Context) error {
	s := b.service
	maker, checker, releaser := b.as(ctx, access.Treasurer), b.as(ctx, access.Checker), b.as(ctx, access.Releaser)
	if _, err := s.Allot(releaser, 2026, "sembako", "", money.Rupiah(len(b.town.ids))*1_000_000, "DIPA-BENCH"); err != nil {
		return err
	}
	var v *delivery.Review
	b.last = time.Now()
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"make", func() (err error) {
			b.list, err = s.MakePayList(maker, delivery.Order{Programme: "sembako", Period: delivery.Period{Year: 2026, No: 1}}, run.Silent{})
			return err
		}},
		{"accounts", func() (err error) { b.list, err = s.CheckAccounts(maker, b.list.ID, run.Silent{}); return err }},
		{"check", func() error { _, err := s.Check(checker, b.list.ID, b.list.Digest); return err }},
		{"review", func() (err error) { v, err = s.Review(releaser, b.list.ID); return err }},
		{"release", func() error { _, err := s.Release(releaser, b.list.ID, delivery.Confirmation(v.Pay)); return err }},
		{"cut", func() error { _, err := s.ExportBankFile(maker, b.list.ID); return err }},
		{"send", func() error { _, err := s.Send(maker, b.list.ID); return err }},
	} {
		if err := b.lap(step.name, step.do()); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	file, err := b.answers(ctx)
	if err != nil {
		return err
	}
	b.last = time.Now() // what the bank needs is not ours
	_, err = s.Reconcile(maker, "kembali.csv", bytes.NewReader(file), false, run.Silent{})
	return b.lap("reconcile", err)
}

// town is as many families as there are payments, each entitled to one.
type town struct{ ids []ident.ID }

func newTown(n int) town {
	t := town{ids: make([]ident.ID, n)}
	for i := range t.ids {
		t.ids[i] = ident.ID{1, 0x9c, 1, 0, 0, 0, 0x70}
		binary.BigEndian.PutUint64(t.ids[i][8:], uint64(i)+1)
	}
	return t
}

// Current returns the determination in force.
func (t town) Current(context.Context) (delivery.Determination, error) {
	return delivery.Determination{ID: ident.ID{9}, Name: "bench"}, nil
}

// InForce always holds.
func (t town) InForce(context.Context, ident.ID) error { return nil }

// Entitled gives every family.
func (t town) Entitled(_ context.Context, _ ident.ID, _ string, fn func(delivery.Entitlement) error) error {
	for i, id := range t.ids {
		const villages = 1000
		e := delivery.Entitlement{FamilyID: id, Area: fmt.Sprintf("3674%02d1%03d", i/villages%20+1, i%villages%9+1), Version: "2026-01",
			Lines: []delivery.Grant{{Component: "food", Annual: 2_400_000}}}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// Payees gives every family an account.
func (t town) Payees(_ context.Context, families []ident.ID) (map[ident.ID]delivery.Payee, error) {
	all := make(map[ident.ID]delivery.Payee, len(families))
	for _, id := range families {
		n := binary.BigEndian.Uint64(id[8:])
		all[id] = delivery.Payee{PersonID: ident.ID(append([]byte{2}, id[1:]...)), Holder: fmt.Sprintf("Siti %d", n), Bank: "BRI", Number: fmt.Sprintf("%015d", n)}
	}
	return all, nil
}

// Blocked stops nobody.
func (t town) Blocked(context.Context, string, string, func(delivery.Block) error) error { return nil }

// answers are a return file in which nine of ten are credited.
func (b *payBench) answers(ctx context.Context) ([]byte, error) {
	_, file, err := b.service.BankFile(access.With(ctx, access.Actor{Login: "bench", Roles: access.Roles, Scope: access.Nation()}), b.list.ID)
	if err != nil {
		return nil, err
	}
	o, err := bank.ParseOrder(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	f := bank.Return{Batch: o.Batch, At: time.Now()}
	for i, p := range o.Payments {
		r := bank.Result{Reference: p.Reference, Status: bank.Credited, Amount: p.Amount, At: f.At}
		if i%10 == 0 {
			r.Status, r.Code = bank.Returned, bank.BlockedAccount
		}
		f.Results = append(f.Results, r)
	}
	return f.Bytes(), nil
}

var (
	fundLink = regexp.MustCompile(`href="(/uang/2026/sembako[^"]*)"`)
	listLink = regexp.MustCompile(`href="(/daftar-bayar/[0-9a-f-]{36})"`)
	lineLink = regexp.MustCompile(`href="(/daftar-bayar/[0-9a-f-]{36}/baris/[0-9]+)"`)
)

// walk asks the real pages, from the budget to a recipient in three clicks,
// and returns the times of all pages in order.
func (b *payBench) walk(ctx context.Context, a *app.App, walks int) ([]time.Duration, error) {
	const login, password = "bench", "seribu langkah rupiah"
	staff := access.Staff{Login: login, Name: "Bench", Roles: []access.Role{access.Treasurer}, Scope: access.Nation()}
	if _, err := a.Access.Bootstrap(ctx, staff, password); err != nil {
		return nil, err
	}
	server := httptest.NewServer(a.Site())
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(server.URL+"/masuk", url.Values{"login": {login}, "sandi": {password}})
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	var times []time.Duration
	for n := range walks {
		path := "/uang"
		for _, next := range []*regexp.Regexp{fundLink, listLink, lineLink, nil} {
			began := time.Now()
			page, err := pageOf(client, server.URL+path)
			if err != nil {
				return nil, err
			}
			times = append(times, time.Since(began))
			if next == nil {
				break
			}
			m := next.FindSubmatch(page)
			if m == nil {
				return nil, fmt.Errorf("%s leads no further", path)
			}
			if path = string(m[1]); next == listLink {
				// Somewhere in the list, as one who looks for a recipient.
				path += fmt.Sprintf("?setelah=%d", n*len(b.town.ids)/walks)
			}
		}
	}
	slices.Sort(times)
	return times, nil
}

func pageOf(client *http.Client, address string) ([]byte, error) {
	answer, err := client.Get(address)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d", address, answer.StatusCode)
	}
	return io.ReadAll(answer.Body)
}
