package deliveryapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/api/apitest"
	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverytest"
	"gotong/internal/run"
)

// desk posts acts, each under a key of its own.
type desk struct {
	t    *testing.T
	c    apitest.Client
	keys int
}

// act expects a status, and returns what the answer says.
func (d *desk) act(who, path string, body any, code int) map[string]any {
	d.t.Helper()
	d.keys++
	return d.under(fmt.Sprint("kunci-", d.keys), who, path, body, code)
}

func (d *desk) under(key, who, path string, body any, code int) map[string]any {
	d.t.Helper()
	got, answer := post(d.c, who, key, path, body)
	if got != code {
		d.t.Errorf("%s as %s: %d, want %d: %s", path, who, got, code, answer)
	}
	var said map[string]any
	if err := json.Unmarshal([]byte(answer), &said); err != nil {
		d.t.Fatalf("%s: %v: %s", path, err, answer)
	}
	return said
}

// count returns how many a list says there are.
func (d *desk) count(who, path string) (total int64, body string) {
	d.t.Helper()
	var said struct{ Total int64 }
	body = ask(d.c, who, "GET", path, nil, 200, &said)
	return said.Total, body
}

func newDesk(t *testing.T, d *db.DB, families int) (*deliverytest.World, *desk) {
	t.Helper()
	w := deliverytest.New(t, d, deliverytest.Options{Families: families, Seed: 1})
	return w, &desk{t: t, c: newClient(t, w)}
}

func TestHoldsByTheInterface(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, k := newDesk(t, d, 2)
		const holds = "/api/v1/holds"
		family := w.Town.Families[0].ID.String()
		asked := map[string]any{"family": family, "programme": "pkh", "reason": "sengketa waris"}
		placed := k.under("tahan", "citra", holds, asked, 200)
		again := k.under("tahan", "citra", holds, asked, 200)
		if d := cmp.Diff(placed, again); d != "" {
			t.Errorf("asked again (-first +again):\n%s", d)
		}
		if n, _ := k.count("aulia", holds); n != 1 {
			t.Errorf("%d holds after one act that was sent twice", n)
		}
		k.under("tahan", "citra", holds, map[string]any{"family": family, "reason": "lain"}, 409)
		k.act("citra", holds, map[string]any{"family": family}, 422)
		k.act("citra", holds, map[string]any{"family": family, "reason": " "}, 422)
		k.act("citra", holds, map[string]any{"family": "x", "reason": "y"}, 422)
		k.act("citra", holds, map[string]any{"family": deliverytest.TownID(9, 9).String(), "reason": "y"}, 404)
		k.act("citra", holds, map[string]any{"area": "3674%", "reason": "y"}, 422)
		k.act("citra", holds, map[string]any{"area": "3172", "reason": "y"}, 404)
		k.act("oki", holds, asked, 403)

		lift := holds + "/" + placed["id"].(string) + "/lift"
		why := map[string]any{"reason": "sudah jelas"}
		k.act("citra", lift, why, 403) // who placed it
		k.act("tari", lift, why, 403)  // not a checker
		k.act("candra", lift, map[string]any{"reason": " "}, 422)
		if got := k.act("candra", lift, why, 200); got["lifted_by"] != "candra" || got["lifted_at"] == nil {
			t.Errorf("%v", got)
		}
		k.act("candra", lift, why, 409) // under another key: it was lifted
		if n, _ := k.count("aulia", holds+"?lifted=true"); n != 1 {
			t.Errorf("%d lifted", n)
		}
		ask(k.c, "", "GET", holds, nil, 401, nil)
		ask(k.c, "oki", "GET", holds, nil, 403, nil)
	})
}

func TestRoutesByTheInterface(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, k := newDesk(t, d, 1)
		const routes, number = "/api/v1/pay-routes", "12345678901"
		asked := func(change map[string]any) map[string]any {
			b := map[string]any{"family": w.Town.Families[0].ID.String(), "programme": "pkh", "kind": "heir", "holder": "Ani Rahayu", "relation": "anak",
				"bank": "bri", "account": number, "evidence": "SK-MATI-1"}
			for name, v := range change {
				b[name] = v
			}
			return b
		}
		for _, bad := range []map[string]any{{"kind": "x"}, {"evidence": " "}, {"holder": ""}, {"account": "12a"}, {"programme": "permakanan"}} {
			k.act("tari", routes, asked(bad), 422)
		}
		k.act("citra", routes, asked(nil), 403)
		k.act("gita", routes, asked(nil), 404) // outside her area
		proposed := k.under("usul", "tari", routes, asked(nil), 200)
		k.under("usul", "tari", routes, asked(nil), 200)
		k.under("usul", "tari", routes, asked(map[string]any{"account": "12345678902"}), 409)
		n, body := k.count("aulia", routes+"?status=proposed")
		if n != 1 || strings.Contains(body, number) || strings.Contains(body, "Ani") || proposed["account_masked"] == "" {
			t.Errorf("%d routes, %v: %s", n, proposed, body)
		}

		at := routes + "/" + proposed["id"].(string)
		yes := decisionBody{Approve: true}
		k.act("tari", at+"/decision", yes, 403)
		k.act("citra", routes+"/"+deliverytest.TownID(9, 9).String()+"/decision", yes, 404)
		k.act("citra", at+"/end", struct{}{}, 409) // not approved yet
		if got := k.under("putus", "citra", at+"/decision", yes, 200); got["status"] != "approved" || got["approver"] != "citra" {
			t.Errorf("%v", got)
		}
		k.under("putus", "citra", at+"/decision", yes, 200)
		k.act("candra", at+"/decision", decisionBody{}, 409)
		if got := k.act("candra", at+"/end", struct{}{}, 200); got["status"] != "ended" {
			t.Errorf("%v", got)
		}
	})
}

func TestClaimsByTheInterface(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, k := newDesk(t, d, 1)
		const claims = "/api/v1/claims"
		c := overpaid(t, w)
		n, body := k.count("aulia", claims+"?status=open&debtor=recipient")
		if n != 1 || !strings.Contains(body, c.ID.String()) {
			t.Fatalf("%d claims: %s", n, body)
		}
		at := claims + "/" + c.ID.String() + "/waiver"
		k.act("citra", at, waiverBody{}, 422) // the first says why
		k.act("tari", at, waiverBody{Note: "x"}, 403)
		if got := k.under("lepas", "citra", at, waiverBody{Note: "bank salah tulis"}, 200); got["waiver_proposed_by"] != "citra" || got["status"] != "open" {
			t.Errorf("%v", got)
		}
		k.under("lepas", "citra", at, waiverBody{Note: "bank salah tulis"}, 200)
		k.act("citra", at, waiverBody{Note: "bank salah tulis"}, 403) // the second is another
		if got := k.act("candra", at, waiverBody{}, 200); got["status"] != string(delivery.ClaimWaived) || got["waived_by"] != "candra" {
			t.Errorf("%v", got)
		}
		if n, _ := k.count("aulia", claims+"?status=open"); n != 0 {
			t.Errorf("%d still open", n)
		}
		proof, err := w.ProveLedger(deliverytest.As("aulia"))
		if err != nil || !proof.Balanced {
			t.Errorf("%+v %v", proof, err)
		}
	})
}

// overpaid has the bank credit the one line of a list with more than was
// ordered, and two people make a claim of it.
func overpaid(t *testing.T, w *deliverytest.World) delivery.Claim {
	t.Helper()
	l := sent(t, w)
	result := bank.Result{Reference: delivery.Reference(l.Number, 1), Status: bank.Credited, Amount: l.Total + 50_000, At: w.Clock.Now()}
	file := bank.Return{Batch: l.Number, Results: []bank.Result{result}, At: w.Clock.Now()}.Bytes()
	if _, err := w.Reconcile(deliverytest.As("tari"), "x.csv", bytes.NewReader(file), false, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	open, _, err := w.Exceptions(deliverytest.As("tari"), delivery.ExceptionFilter{Code: delivery.AmountDiffers, Limit: 10})
	if err != nil || len(open) != 1 {
		t.Fatalf("%+v %v", open, err)
	}
	if _, err := w.Propose(deliverytest.As("tari"), open[0].ID, delivery.Recover, "sudah dicek"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Decide(deliverytest.As("citra"), open[0].ID, true); err != nil {
		t.Fatal(err)
	}
	all, _, err := w.Claims(deliverytest.As("tari"), delivery.ClaimFilter{Limit: 10})
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v %v", all, err)
	}
	return all[0]
}
