package deliveryapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/bank"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverytest"
	"gotong/internal/fault"
	"gotong/internal/ledger"
	"gotong/internal/run"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a login of the world's people as the token.
type sessions struct{}

func (sessions) SignIn(context.Context, string, string) (string, error) {
	return "", fault.Forbidden("access.wrong_sign_in")
}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	actor, ok := access.From(deliverytest.As(token))
	if !ok || token == "" {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return actor, nil
}

func (sessions) SignOut(context.Context, string) error { return nil }

func ask(t *testing.T, h http.Handler, who, method, path string, body []byte, status int, into any) string {
	t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+who)
	r.Header.Set("Accept-Language", "en")
	if body != nil {
		r.Header.Set("Content-Type", "text/csv")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != status {
		t.Fatalf("%s %s as %s: %d, want %d: %.500s", method, path, who, w.Code, status, w.Body.String())
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			t.Fatal(err)
		}
	}
	return w.Body.String()
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
	a, h := api.New(sessions{}, "test")
	Register(a, w.Service, strings.ToUpper)
	l := sent(t, w)

	var lists struct {
		Total int64
		Lists []payList
	}
	ask(t, h, "tari", "GET", "/api/v1/pay-lists?programme=pkh&status=sent", nil, 200, &lists)
	if lists.Total != 1 || lists.Lists[0].Number != l.Number || lists.Lists[0].Sums["sent"].Lines != 20 || lists.Lists[0].Total != int64(l.Total) {
		t.Errorf("%+v", lists)
	}
	var one struct {
		Number                  string
		Made, Checked, Released *hand
		File                    *bankFile
		History                 []act
	}
	body := ask(t, h, "aulia", "GET", "/api/v1/pay-lists/"+l.Number, nil, 200, &one)
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
	ask(t, h, "tari", "POST", "/api/v1/reconciliations/dry-run?name=x.csv", files[0].File, 200, &tried)
	if tried.Lines != 20 || tried.Matched != 20 || tried.Refused != nil {
		t.Errorf("%+v", tried)
	}
	odd := bytes.Replace(files[0].File, []byte("KREDIT"), []byte("NANTI"), 1)
	ask(t, h, "tari", "POST", "/api/v1/reconciliations/dry-run", odd, 200, &tried)
	if tried.Queued != 1 || tried.Queue[0].Reason != "unknown_status" || tried.Queue[0].Sentence != "Unknown status" {
		t.Errorf("%+v", tried)
	}
	ask(t, h, "tari", "POST", "/api/v1/reconciliations/dry-run", files[0].File[:300], 200, &tried)
	if tried.Refused == nil || tried.Rejected != tried.Lines {
		t.Errorf("%+v", tried)
	}
	var proof struct {
		Balanced   bool
		Entries    int64
		Invariants map[string]bool
	}
	ask(t, h, "aulia", "GET", "/api/v1/ledger/proof", nil, 200, &proof)
	if !proof.Balanced || proof.Entries != 4 || len(proof.Invariants) != len(ledger.Invariants)+len(delivery.Invariants) {
		t.Errorf("%+v", proof)
	}
}

func TestWhoMayAsk(t *testing.T) {
	w := deliverytest.New(t, dbtest.SQLite(t), deliverytest.Options{Families: 3, Seed: 1})
	a, h := api.New(sessions{}, "test")
	Register(a, w.Service, strings.ToUpper)
	l := sent(t, w)
	for _, path := range []string{"/api/v1/pay-lists", "/api/v1/pay-lists/" + l.Number, "/api/v1/ledger/proof"} {
		ask(t, h, "", "GET", path, nil, 401, nil)
		ask(t, h, "oki", "GET", path, nil, 403, nil)
	}
	ask(t, h, "citra", "POST", "/api/v1/reconciliations/dry-run", []byte("x"), 403, nil)
	ask(t, h, "gita", "GET", "/api/v1/pay-lists/"+l.Number, nil, 404, nil)
	if body := ask(t, h, "gita", "GET", "/api/v1/pay-lists", nil, 200, nil); strings.Contains(body, l.Number) {
		t.Error("another regency's list is shown")
	}
}

// TestSheetsByTheInterface gives the post office's sheets out and takes a
// filled one back, twice.
func TestSheetsByTheInterface(t *testing.T) {
	w := deliverytest.New(t, dbtest.SQLite(t), deliverytest.Options{Families: 3, Seed: 1})
	a, h := api.New(sessions{}, "test")
	Register(a, w.Service, strings.ToUpper)
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
	ask(t, h, "", "GET", path, nil, 401, nil)
	ask(t, h, "oki", "GET", path, nil, 403, nil)
	ask(t, h, "gita", "GET", path, nil, 404, nil)
	packages := ask(t, h, "tari", "GET", path, nil, 200, nil)
	filled := deliverytest.Filled(t, []byte(packages), map[string]string{"1": "dibayar"}, "a")
	var done struct {
		Known                             bool
		Lines, Matched, Explained, Queued int64
		Refused                           *refused
	}
	ask(t, h, "citra", "POST", "/api/v1/reconciliations", filled, 403, nil)
	ask(t, h, "tari", "POST", "/api/v1/reconciliations/dry-run", filled, 200, &done)
	if done.Matched != 1 || done.Refused != nil {
		t.Errorf("tried: %+v", done)
	}
	ask(t, h, "tari", "POST", "/api/v1/reconciliations?name=paket.zip", filled, 200, &done)
	if done.Matched != 1 || done.Known {
		t.Errorf("%+v", done)
	}
	ask(t, h, "tari", "POST", "/api/v1/reconciliations", filled, 200, &done)
	if !done.Known {
		t.Errorf("again: %+v", done)
	}
	ask(t, h, "tari", "POST", "/api/v1/reconciliations", filled[:len(filled)/2], 200, &done)
	if done.Refused == nil {
		t.Errorf("cut off: %+v", done)
	}
}
