package processtest

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/run"
	"gotong/internal/web"
)

// hands are people who try what is not theirs to do, on the pages, by the
// interface and by SQL. Nobody can hold two hands at once; so ana, who made a
// list and proposed what becomes of an exception, is a checker by now, and
// dewi, who made another list, and bani, who checked that, are releasers.
type hands struct {
	t       *testing.T
	app     *app.App
	site    *web.Router
	token   map[string]string
	roles   map[string]access.Role // of those who hold one
	draft   *delivery.PayList
	checked *delivery.PayList
	open    delivery.Exception
	tries   int
}

const (
	ana  = "ana"
	bani = "bani"
	dewi = "dewi"
)

// TestNobodyDoesAnothersWork has everybody try every hand that is not theirs,
// in every way there is. Nothing moves; then the right people do it.
func TestNobodyDoesAnothersWork(t *testing.T) {
	dir, passwords := copyOf(t)
	h := newHands(t, open(t, home{dir: dir}), passwords)
	random := rand.New(rand.NewPCG(3, 4))
	passed := map[string]int{}
	for h.tries < soak(300, 10_000) {
		name, try := h.attempt(random)
		if !try() || h.moved() {
			passed[name]++
		}
		h.tries++
		if len(passed) > 0 {
			t.Fatalf("after %d attempts: %v", h.tries, passed)
		}
	}
	t.Logf("%d of %d attempts passed", len(passed), h.tries)
	h.rightly()
}

func newHands(t *testing.T, a *app.App, passwords map[string]string) *hands {
	h := &hands{t: t, app: a, site: a.Site(), token: map[string]string{}, roles: map[string]access.Role{}}
	const password = "naik jabatan bulan depan"
	for login, role := range map[string]access.Role{ana: access.Treasurer, bani: access.Checker, dewi: access.Treasurer} {
		if _, err := a.Access.Bootstrap(t.Context(), access.Staff{Login: login, Name: login, Roles: []access.Role{role}, Scope: access.Nation()}, password); err != nil {
			t.Fatal(err)
		}
		passwords[login] = password
	}
	h.begin()
	h.promote(map[string]access.Role{ana: access.Checker, bani: access.Releaser, dewi: access.Releaser})
	for _, login := range slices.Sorted(maps.Keys(passwords)) {
		token, err := a.Access.SignIn(t.Context(), login, passwords[login])
		if err != nil {
			t.Fatal(err)
		}
		h.token[login] = token
		if actor, err := a.Access.Actor(t.Context(), token); err != nil {
			t.Fatal(err)
		} else if len(actor.Roles) == 1 {
			h.roles[login] = actor.Roles[0]
		}
	}
	return h
}

// begin has the three do their first hands.
func (h *hands) begin() {
	t, a := h.t, h.app
	h.draft, h.checked = h.make(ana, "sembako"), h.make(dewi, "pkh")
	var err error
	if h.checked, err = a.Delivery.Check(as(t, a, bani), h.checked.ID, h.checked.Digest); err != nil {
		t.Fatal(err)
	}
	all, _, err := a.Delivery.Exceptions(as(t, a, ana), delivery.ExceptionFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if actions := a.Delivery.Actions(&e); e.Status == delivery.Open && len(actions) > 0 {
			if _, err := a.Delivery.Propose(as(t, a, ana), e.ID, actions[0], "uji"); err != nil {
				t.Fatal(err)
			}
			h.open = e
			return
		}
	}
	t.Fatal("the district has no exception that somebody could propose something for")
}

// promote gives people another role.
func (h *hands) promote(to map[string]access.Role) {
	ctx := as(h.t, h.app, "admin")
	all, err := h.app.Access.List(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, s := range all {
		if role, ok := to[s.Login]; ok {
			if err := h.app.Access.Change(ctx, s.ID, func(s *access.Staff) { s.Roles = []access.Role{role} }); err != nil {
				h.t.Fatal(err)
			}
		}
	}
}

// make has somebody make a list of the year's last instalment.
func (h *hands) make(who, programme string) *delivery.PayList {
	h.t.Helper()
	terms, err := h.app.Delivery.Programmes.Terms(h.t.Context(), programme)
	if err != nil {
		h.t.Fatal(err)
	}
	ctx := as(h.t, h.app, who)
	l, err := h.app.Delivery.MakePayList(ctx, delivery.Order{Programme: programme, Period: delivery.Period{Year: 2026, No: terms.Cycle}, Area: "3674"}, run.Silent{})
	if err == nil {
		l, err = h.app.Delivery.CheckAccounts(ctx, l.ID, run.Silent{})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return l
}

// stranger draws somebody who may not do a step: one of those who did another
// hand of the same, or anybody without the permission.
func (h *hands) stranger(random *rand.Rand, p access.Permission, did ...string) string {
	for _, login := range slices.Sorted(maps.Keys(h.roles)) {
		if actor := (access.Actor{Roles: []access.Role{h.roles[login]}}); !actor.Can(p) {
			did = append(did, login)
		}
	}
	return did[random.IntN(len(did))]
}

// attempt draws one attempt; try reports whether it was refused.
func (h *hands) attempt(random *rand.Rand) (name string, try func() bool) {
	way := []string{"page", "interface", "sql"}[random.IntN(3)]
	step := random.IntN(6)
	l, act, who, form, body := h.draft, "check", "", url.Values{}, map[string]any{}
	digest := func(d [32]byte) {
		form.Set("sidik", hex.EncodeToString(d[:]))
		body["digest"] = form.Get("sidik")
	}
	agree := func(lines, total int64) {
		form.Set("baris", fmt.Sprint(lines))
		form.Set("jumlah", fmt.Sprint(total))
		body["lines"], body["total_rupiah"] = lines, total
	}
	switch step {
	case 0: // the maker checks, or somebody who may not
		who = h.stranger(random, access.CheckPayment, ana)
		digest(l.Digest)
	case 1: // the right one signs what does not stand
		who = "ppk"
		d := l.Digest
		d[random.IntN(len(d))] ^= byte(1 + random.IntN(255))
		digest(d)
	case 2: // maker or checker releases, or somebody who may not
		l, act, who = h.checked, "release", h.stranger(random, access.ReleasePayment, dewi, bani)
		agree(l.Lines, int64(l.Total))
	case 3: // the right one agrees to another sum
		l, act, who = h.checked, "release", "kpa"
		agree(l.Lines, int64(l.Total)+1+random.Int64N(1_000_000))
	case 4: // what nobody has checked is released
		act, who = "release", h.everybody(random)
		agree(l.Lines, int64(l.Total))
	case 5: // who proposed it decides it
		act, who = "decide", h.stranger(random, access.CheckPayment, ana)
		form.Set("putusan", "setuju")
		body["approve"] = true
	}
	name = fmt.Sprintf("%s by %s, %s, %d", act, who, way, step)
	switch {
	case way == "sql" && step != 1 && step != 3 && step != 5: // what a hand has agreed to, only the service knows
		return name, func() bool { return h.bySQL(l, act, step) }
	case way == "page":
		path := map[string]string{"check": "/daftar-bayar/" + l.ID.String() + "/periksa", "release": "/daftar-bayar/" + l.ID.String() + "/lepas",
			"decide": "/rekonsiliasi/masalah/" + h.open.ID.String() + "/putus"}[act]
		return name, func() bool { return h.page(who, path, form) >= 400 }
	default:
		path := "/api/v1/pay-lists/" + l.Number + "/" + act
		if act == "decide" {
			path = "/api/v1/exceptions/" + h.open.ID.String() + "/decision"
		}
		key := fmt.Sprint("uji-", h.tries)
		return name, func() bool { return h.interf(who, path, key, body) >= 400 }
	}
}

func (h *hands) everybody(random *rand.Rand) string {
	all := slices.Sorted(maps.Keys(h.token))
	return all[random.IntN(len(all))]
}

func (h *hands) page(who, path string, form url.Values) int {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: h.token[who]})
	return h.serve(r)
}

func (h *hands) interf(who, path, key string, body map[string]any) int {
	b, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(b)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+h.token[who])
	r.Header.Set("Idempotency-Key", key)
	return h.serve(r)
}

func (h *hands) serve(r *http.Request) int {
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	return w.Code
}

// bySQL writes past the service what a step would write.
func (h *hands) bySQL(l *delivery.PayList, act string, step int) bool {
	hand := ana
	if step == 2 {
		hand = []string{dewi, bani}[h.tries%2]
	}
	statement := "UPDATE pay_list AS l SET status = 'checked', checker = $2, checked_at = 1, checked_digest = digest, checked_seal = digest WHERE l.id = $1 AND {scope l.area}"
	if act == "release" {
		statement = "UPDATE pay_list AS l SET status = 'released', releaser = $2, released_at = 1, released_digest = digest, released_seal = digest WHERE l.id = $1 AND {scope l.area}"
	}
	err := h.app.DB.Write(access.With(h.t.Context(), access.System("test")), func(ctx context.Context) error {
		_, err := db.From(ctx).Exec(ctx, statement, l.ID, hand)
		return err
	})
	return err != nil
}

// moved reports whether a list or the exception stands otherwise than before.
func (h *hands) moved() bool {
	ctx := as(h.t, h.app, bani)
	for _, was := range []*delivery.PayList{h.draft, h.checked} {
		now, err := h.app.Delivery.ByNumber(ctx, was.Number)
		if err != nil {
			h.t.Fatal(err)
		}
		if now.Status != was.Status || now.Digest != was.Digest || now.Checked.By != was.Checked.By || now.Released.By != was.Released.By {
			return true
		}
	}
	all, _, err := h.app.Delivery.Exceptions(ctx, delivery.ExceptionFilter{Limit: 100})
	return err != nil || !slices.ContainsFunc(all, func(e delivery.Exception) bool { return e.ID == h.open.ID && e.Status == delivery.Proposed })
}

// rightly has the right people do it all: what is refused above is not refused
// for another reason. An edit voids the check of who has looked.
func (h *hands) rightly() {
	h.t.Helper()
	for _, step := range []struct {
		what string
		code int
		want int
	}{
		{"checking", h.page("ppk", "/daftar-bayar/"+h.draft.ID.String()+"/periksa", url.Values{"sidik": {hex.EncodeToString(h.draft.Digest[:])}}), http.StatusSeeOther},
		{"deciding", h.page("ppk", "/rekonsiliasi/masalah/"+h.open.ID.String()+"/putus", url.Values{"putusan": {"setuju"}}), http.StatusSeeOther},
		{"holding a line", h.page("bendahara", "/daftar-bayar/"+h.draft.ID.String()+"/tahan", url.Values{"pilih": {"1"}, "alasan": {"uji"}}), http.StatusSeeOther},
		{"releasing what was edited", h.interf("kpa", "/api/v1/pay-lists/"+h.draft.Number+"/release", "voided", map[string]any{"lines": h.draft.Lines, "total_rupiah": h.draft.Total}), http.StatusConflict},
	} {
		if step.code != step.want {
			h.t.Errorf("%s answers %d", step.what, step.code)
		}
	}
	v, err := h.app.Delivery.Review(as(h.t, h.app, "kpa"), h.checked.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	if code := h.interf("kpa", "/api/v1/pay-lists/"+h.checked.Number+"/release", "rightly", map[string]any{"lines": v.Pay.Lines, "total_rupiah": v.Pay.Total}); code != http.StatusOK {
		h.t.Errorf("releasing answers %d", code)
	}
}
