package page

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/web"
)

func asked(method, address string) *web.Request {
	return &web.Request{Request: httptest.NewRequest(method, address, nil), Lang: i18n.EN}
}

// drawn returns what a part of a page looks like.
func drawn(t *testing.T, r *web.Request, f Form, errs web.Errors) string {
	t.Helper()
	var b strings.Builder
	if err := FormPart(f, errs).Render(web.WithLang(r.Context(), r.Lang), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFieldsKeepWhatWasSent(t *testing.T) {
	r := asked("GET", "/x?nama=Siti&jumlah=3")
	options := []web.Option{{Value: "3", Label: "three"}, {Value: "4", Label: "four"}}
	f := Form{Action: "/x", Submit: "Send", Hidden: []web.Pair{{Term: "kunci", Value: "k1"}}, Also: []Also{{Name: "lakukan", Value: "tolak", Label: "Refuse"}}, Cancel: "/back",
		Fields: []Field{Ask(r, "goods.field.", "nama", Called("Name"), From("Budi")), Ask(r, "goods.field.", "jumlah", Of(options)),
			Ask(r, "goods.field.", "lain", Called("Other"), From("Budi"), Lines, Optional), Ask(r, "goods.field.", "foto", Picture)}}
	errs := web.Errors{}
	errs.Add("nama", "Write the whole name.")
	got := drawn(t, r, f, errs)
	for _, want := range []string{`value="Siti"`, `value="3" selected`, ">Budi</textarea>", `type="file"`, `capture="environment"`, `name="kunci" value="k1"`, `name="lakukan" value="tolak"`, `href="/back"`, "Write the whole name."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	f.Submit = ""
	if got := drawn(t, r, f, nil); strings.Count(got, "<button") != 1 {
		t.Errorf("a form without its own button has one:\n%s", got)
	}
}

func TestAnswerGivesBackOnlyWhatTheUserCanMend(t *testing.T) {
	r, broken := asked("POST", "/x"), errors.New("disk")
	for _, c := range []struct {
		name   string
		err    error
		status int
	}{{"done", nil, 303}, {"mended by the user", fault.Invalid("delivery.say_why"), 422}, {"not the user's", broken, 0}} {
		var s Sheet
		for way, answer := range map[string]func() (web.Response, error){
			"sheet": func() (web.Response, error) { return s.Answer(r, "alasan", c.err, "/next", "condition.session.done") },
			"form": func() (web.Response, error) {
				return Form{}.Answer(r, s, "alasan", c.err, "/next", "condition.session.done")
			},
		} {
			got, err := answer()
			if c.status == 0 {
				if got != nil || !errors.Is(err, broken) {
					t.Errorf("%s, %s: %v %v", way, c.name, got, err)
				}
			} else if err != nil || got == nil {
				t.Errorf("%s, %s: %v %v", way, c.name, got, err)
			}
		}
	}
}

// TestRowsOfAPage walks a list of 120 rows on and back by the addresses that
// it offers, and with positions that make no sense.
func TestRowsOfAPage(t *testing.T) {
	var all []int64
	for i := range int64(120) {
		all = append(all, i)
	}
	for _, c := range []struct {
		address     string
		first, rows int
	}{{"/x", 0, 50}, {"/x?setelah=50", 50, 50}, {"/x?setelah=100", 100, 20}, {"/x?sebelum=100", 50, 50}, {"/x?setelah=999", 0, 0}, {"/x?setelah=-9", 0, 50}, {"/x?setelah=abc", 0, 50}} {
		r := asked("GET", c.address)
		l := Rows[int64]{Name: "x", Caption: "x", All: all, Columns: []web.Column[int64]{{Name: "n", Label: "n", Kind: web.Code, Value: func(n int64) any { return fmt.Sprintf("baris-%d.", n) }}}}
		var b strings.Builder
		if err := l.Show(r).Render(web.WithLang(r.Context(), r.Lang), &b); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(b.String(), "baris-"); got != c.rows {
			t.Errorf("%s: %d rows", c.address, got)
		}
		if c.rows > 0 && !strings.Contains(b.String(), fmt.Sprintf("baris-%d.", c.first)) {
			t.Errorf("%s: does not begin at %d", c.address, c.first)
		}
	}
}

func TestKeepAndHas(t *testing.T) {
	names := Keep([]string{"Siti Aminah", "Budi", "AMIR"}, func(s string) bool { return Has("ami", s) })
	if got := strings.Join(names, ","); got != "Siti Aminah,AMIR" {
		t.Error(got)
	}
	if !Is("", "any") || !Is("a", "a") || Is("a", "b") {
		t.Error("a filter that says nothing lets all pass, and another only its own")
	}
}
