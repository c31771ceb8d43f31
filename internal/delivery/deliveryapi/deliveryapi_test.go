package deliveryapi

import (
	"bytes"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api/apitest"
	"gotong/internal/bank"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverytest"
	"gotong/internal/ledger"
	"gotong/internal/run"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func newClient(t *testing.T, w *deliverytest.World) apitest.Client {
	return apitest.New(t, apitest.As(deliverytest.As), func(a huma.API) { Register(a, w.Service, strings.ToUpper) })
}

func ask(c apitest.Client, who, method, path string, body []byte, status int, into any) string {
	c.Helper()
	a := apitest.Ask{Who: who, Method: method, Path: path, Body: string(body), Lang: "en"}
	if body != nil {
		a.Type = "text/csv"
	}
	return c.Do(a, status, into)
}

// sent makes a list of twenty lines and carries it to the bank.
func sent(t *testing.T, w *deliverytest.World) *delivery.PayList {
	t.Helper()
	return sentBy(t, w, "")
}

// sentBy is sent by a channel of choice.
func sentBy(t *testing.T, w *deliverytest.World, means delivery.Means) *delivery.PayList {
	t.Helper()
	fatal := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.Allot(deliverytest.As("rudi"), 2026, "pkh", "", 100_000_000, "DIPA-1")
	fatal(err)
	l, err := w.MakePayList(deliverytest.As("tari"), delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: 1}, Means: means}, run.Silent{})
	fatal(err)
	_, err = w.Check(deliverytest.As("citra"), l.ID, l.Digest)
	fatal(err)
	_, err = w.Release(deliverytest.As("rudi"), l.ID, delivery.Confirmation{Lines: l.Lines, Total: l.Total})
	fatal(err)
	_, err = w.ExportBankFile(deliverytest.As("tari"), l.ID)
	fatal(err)
	_, err = w.Send(deliverytest.As("tari"), l.ID)
	fatal(err)
	return l
}

func TestTheInterface(t *testing.T) {
	w := deliverytest.New(t, dbtest.SQLite(t), deliverytest.Options{Families: 20, Seed: 1, Bank: bank.Options{}})
	c := newClient(t, w)
	l := sent(t, w)

	var lists struct {
		Total int64
		Lists []payList
	}
	ask(c, "tari", "GET", "/api/v1/pay-lists?programme=pkh&status=sent", nil, 200, &lists)
	if lists.Total != 1 || lists.Lists[0].Number != l.Number || lists.Lists[0].Sums["sent"].Lines != 20 || lists.Lists[0].Total != int64(l.Total) {
		t.Errorf("%+v", lists)
	}
	var one struct {
		Number                  string
		Made, Checked, Released *hand
		File                    *bankFile
		History                 []act
	}
	body := ask(c, "aulia", "GET", "/api/v1/pay-lists/"+l.Number, nil, 200, &one)
	if one.Number != l.Number || one.Made.By != "tari" || one.Checked.By != "citra" || one.Released.By != "rudi" || one.File.State != delivery.FileHanded || len(one.History) != 6 {
		t.Errorf("%s", body)
	}
	if strings.Contains(body, "Siti") || strings.Contains(body, "000000700") {
		t.Error("a name or an account stands in the answer")
	}
	files, err := w.Bank.Statements(deliverytest.As("tari"), l.Number)
	if err != nil {
		t.Fatal(err)
	}
	var tried struct {
		Lines, Matched, Queued, Rejected int64
		Refused                          *refused
		Queue                            []queued
	}
	ask(c, "tari", "POST", "/api/v1/reconciliations/dry-run?name=x.csv", files[0].File, 200, &tried)
	if tried.Lines != 20 || tried.Matched != 20 || tried.Refused != nil {
		t.Errorf("%+v", tried)
	}
	odd := bytes.Replace(files[0].File, []byte("KREDIT"), []byte("NANTI"), 1)
	ask(c, "tari", "POST", "/api/v1/reconciliations/dry-run", odd, 200, &tried)
	if tried.Queued != 1 || tried.Queue[0].Reason != "unknown_status" || tried.Queue[0].Sentence != "Unknown status" {
		t.Errorf("%+v", tried)
	}
	ask(c, "tari", "POST", "/api/v1/reconciliations/dry-run", files[0].File[:300], 200, &tried)
	if tried.Refused == nil || tried.Rejected != tried.Lines {
		t.Errorf("%+v", tried)
	}
	var proof struct {
		Balanced   bool
		Entries    int64
		Invariants map[string]bool
	}
	ask(c, "aulia", "GET", "/api/v1/ledger/proof", nil, 200, &proof)
	if !proof.Balanced || proof.Entries != 4 || len(proof.Invariants) != len(ledger.Invariants)+len(delivery.Invariants) {
		t.Errorf("%+v", proof)
	}
}

func TestWhoMayAsk(t *testing.T) {
	w := deliverytest.New(t, dbtest.SQLite(t), deliverytest.Options{Families: 3, Seed: 1})
	c := newClient(t, w)
	l := sent(t, w)
	for _, path := range []string{"/api/v1/pay-lists", "/api/v1/pay-lists/" + l.Number, "/api/v1/ledger/proof"} {
		ask(c, "", "GET", path, nil, 401, nil)
		ask(c, "oki", "GET", path, nil, 403, nil)
	}
	ask(c, "citra", "POST", "/api/v1/reconciliations/dry-run", []byte("x"), 403, nil)
	ask(c, "gita", "GET", "/api/v1/pay-lists/"+l.Number, nil, 404, nil)
	if body := ask(c, "gita", "GET", "/api/v1/pay-lists", nil, 200, nil); strings.Contains(body, l.Number) {
		t.Error("another regency's list is shown")
	}
}

// TestSheetsByTheInterface gives the post office's sheets out and takes a
// filled one back, twice.
func TestSheetsByTheInterface(t *testing.T) {
	w := deliverytest.New(t, dbtest.SQLite(t), deliverytest.Options{Families: 3, Seed: 1})
	c := newClient(t, w)
	as := deliverytest.As
	for _, f := range w.Town.Families {
		r, err := w.ProposeRoute(as("tari"), delivery.Proposal{FamilyID: f.ID, Programme: "pkh", Kind: delivery.ViaPost, Evidence: "BA-1"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.DecideRoute(as("citra"), r.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	path := "/api/v1/pay-lists/" + sentBy(t, w, delivery.Post).Number + "/sheets"
	ask(c, "", "GET", path, nil, 401, nil)
	ask(c, "oki", "GET", path, nil, 403, nil)
	ask(c, "gita", "GET", path, nil, 404, nil)
	packages := ask(c, "tari", "GET", path, nil, 200, nil)
	filled := deliverytest.Filled(t, []byte(packages), map[string]string{"1": "dibayar"}, "a")
	var done struct {
		Known                             bool
		Lines, Matched, Explained, Queued int64
		Refused                           *refused
	}
	ask(c, "citra", "POST", "/api/v1/reconciliations", filled, 403, nil)
	ask(c, "tari", "POST", "/api/v1/reconciliations/dry-run", filled, 200, &done)
	if done.Matched != 1 || done.Refused != nil {
		t.Errorf("tried: %+v", done)
	}
	ask(c, "tari", "POST", "/api/v1/reconciliations?name=paket.zip", filled, 200, &done)
	if done.Matched != 1 || done.Known {
		t.Errorf("%+v", done)
	}
	ask(c, "tari", "POST", "/api/v1/reconciliations", filled, 200, &done)
	if !done.Known {
		t.Errorf("again: %+v", done)
	}
	ask(c, "tari", "POST", "/api/v1/reconciliations", filled[:len(filled)/2], 200, &done)
	if done.Refused == nil {
		t.Errorf("cut off: %+v", done)
	}
}
