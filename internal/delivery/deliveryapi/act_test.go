package deliveryapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"gotong/internal/api/apitest"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverytest"
	"gotong/internal/ledger"
	"gotong/internal/run"
)

// post sends an act under a key and returns the status and the answer.
func post(c apitest.Client, who, key, path string, body any) (int, string) {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return c.Answer(apitest.Ask{Who: who, Method: "POST", Path: path, Body: string(b), Key: key, Lang: "en"})
}

// TestActsUnderAKey posts a hundred allotments at once under one key, on both
// databases: one row, one answer.
func TestActsUnderAKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deliverytest.New(t, d, deliverytest.Options{Families: 4, Seed: 1})
		c := newClient(t, w)
		dipa := allotBody{Year: 2026, Programme: "pkh", Amount: 50_000_000, Document: "DIPA-1"}
		answers := make([]string, 100)
		var group sync.WaitGroup
		for i := range answers {
			group.Go(func() {
				code, answer := post(c, "rudi", "kunci-1", "/api/v1/allotments", dipa)
				answers[i] = fmt.Sprint(code, answer)
			})
		}
		group.Wait()
		for _, got := range answers {
			if got != answers[0] || !strings.HasPrefix(got, "200") {
				t.Fatalf("%s and %s", answers[0], got)
			}
		}
		other := dipa
		other.Amount++
		if code, answer := post(c, "rudi", "kunci-1", "/api/v1/allotments", other); code != http.StatusConflict {
			t.Errorf("another body: %d %s", code, answer)
		}
		if code, _ := post(c, "rudi", "", "/api/v1/allotments", dipa); code != http.StatusUnprocessableEntity {
			t.Errorf("no key: %d", code)
		}
		if code, _ := post(c, "tari", "kunci-1", "/api/v1/allotments", dipa); code != http.StatusForbidden {
			t.Errorf("another person's key: %d", code)
		}
		byTheInterface(t, w, c)
	})
}

// byTheInterface carries a list to its release by three people, none of whom
// can be another.
func byTheInterface(t *testing.T, w *deliverytest.World, c apitest.Client) {
	t.Helper()
	l, err := w.MakePayList(deliverytest.As("tari"), delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: 1}}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	at := "/api/v1/pay-lists/" + l.Number
	check := checkBody{Digest: fmt.Sprintf("%x", l.Digest)}
	release := releaseBody{l.Lines, int64(l.Total)}
	for i, step := range []struct {
		who, path string
		body      any
		code      int
	}{
		{"tari", at + "/check", check, 403}, {"citra", at + "/check", checkBody{Digest: strings.Repeat("0", 64)}, 409},
		{"rudi", at + "/release", release, 409}, {"citra", at + "/check", check, 200}, {"citra", at + "/release", release, 403},
		{"rudi", at + "/release", releaseBody{1, 1}, 409}, {"rudi", at + "/release", release, 200}, {"gita", at + "/check", check, 404},
	} {
		if code, answer := post(c, step.who, fmt.Sprint("langkah-", i), step.path, step.body); code != step.code {
			t.Fatalf("step %d %s %s: %d %s", i, step.who, step.path, code, answer)
		}
	}
	// Asked again under its key, the release is what it was.
	if code, answer := post(c, "rudi", "langkah-6", at+"/release", release); code != 200 || !strings.Contains(answer, `"released"`) {
		t.Errorf("%d %s", code, answer)
	}
	proof, err := w.ProveLedger(deliverytest.As("aulia"))
	if err != nil || !proof.Balanced || !proof.Invariants[ledger.ReservedWithinAllotment] {
		t.Errorf("%+v %v", proof, err)
	}
}
