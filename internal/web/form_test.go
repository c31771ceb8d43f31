package web

import (
	"bytes"
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

func TestRupiahReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Rupiah(rapid.Int64Min(0).Draw(t, "amount"))
		l := rapid.SampledFrom(i18n.Langs).Draw(t, "language")
		group, _ := separators(l)
		ctx := WithLang(context.Background(), l)
		for _, s := range []string{Rupiah(ctx, a), a.Grouped(group), a.Grouped(group)} {
			if got, err := readRupiah(s, group); err != nil || got != a {
				t.Fatalf("%q reads as %d, %v", s, got, err)
			}
		}
	})
}

func TestRupiahRefusesWhatMayMeanTwoThings(t *testing.T) {
	for _, s := range []string{"", "1,5 juta", "1.5", "1.50", "1.0000", "1..000", ".000", "1.000,50", "1,000", "1e6", "Rp", "satu", "1 000"} {
		if a, err := readRupiah(s, '.'); err == nil {
			t.Errorf("%q reads as %d", s, a)
		} else if !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%q: %v is no fault", s, err)
		}
	}
	for s, want := range map[string]money.Rupiah{"0": 0, "1500000": 1_500_000, "1.500.000": 1_500_000, "Rp1.500": 1_500, "Rp 15": 15} {
		if a, err := readRupiah(s, '.'); err != nil || a != want {
			t.Errorf("%q reads as %d, %v", s, a, err)
		}
	}
}

func TestErrorsTakeOnlyWhatTheUserCanMend(t *testing.T) {
	var errs Errors
	for _, c := range []struct {
		err  error
		want bool
	}{
		{fault.Invalid("web.form.no_file"), true},
		{fault.Conflict("core.error.conflict"), true},
		{fault.Forbidden("core.error.forbidden"), false},
		{fault.NotFound("core.error.not_found"), false},
		{errors.New("disk full"), false},
	} {
		if got := errs.Take(i18n.EN, "f", c.err); got != c.want {
			t.Errorf("Take(%v) = %v", c.err, got)
		}
	}
	want := Errors{{"f", i18n.T(i18n.EN, "web.form.no_file")}, {"f", i18n.T(i18n.EN, "core.error.conflict")}}
	if diff := cmp.Diff(want, errs); diff != "" {
		t.Error(diff)
	}
	if f := errs.Field(Field{Name: "f"}); f.Error != want[0].Message {
		t.Errorf("the first error is not shown: %q", f.Error)
	}
}

func TestFormats(t *testing.T) {
	id, en := WithLang(context.Background(), i18n.ID), WithLang(context.Background(), i18n.EN)
	at := time.Date(2025, 11, 3, 20, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{Rupiah(id, 1_250_000), "Rp1.250.000"},
		{Rupiah(en, -1_250_000), "−Rp1,250,000"},
		{ShortRupiah(id, 12_450_000_000), "Rp12,45 miliar"},
		{ShortRupiah(en, -3_000_000), "−Rp3.00 million"},
		{ShortRupiah(id, 999_999), "Rp999.999"},
		{Number(id, 20000), "20.000"},
		{Number(en, int64(-20000)), "−20,000"},
		{Decimal(id, 1234.56, 1), "1.234,6"},
		{Decimal(en, -0.5, 1), "−0.5"},
		{Percent(id, 1, 8), "12,5%"},
		{Percent(id, 1, 0), "–"},
		{Day(id, civil.MustParse("2025-08-17")), "17 Agustus 2025"},
		{Day(en, civil.MustParse("2025-08-17")), "17 August 2025"},
		{Moment(id, at), "4 November 2025, 03.05 WIB"}, // the next day in Jakarta
		{Moment(en, at), "4 November 2025, 03:05 WIB"},
		{Span(id, 40*time.Second), "40 detik"},
		{Span(id, 150*time.Second), "3 menit"},
		{Span(en, 30*time.Hour), "30 h"},
		{Span(id, 72*time.Hour), "3 hari"},
		{cellText(id, Amount, int64(5)), "Rp5"},
		{cellText(id, Share, 0.425), "42,5%"},
		{cellText(id, Words, nil), "–"},
		{cellText(en, YesNo, true), "Yes"},
		{cellText(id, Date, civil.MustParse("2025-08-17")), "17 Agu 2025"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func get(t *testing.T, address string) *Request {
	t.Helper()
	return &Request{Request: httptest.NewRequest(http.MethodGet, address, nil)}
}

func TestListReadsItsAddress(t *testing.T) {
	for _, c := range []struct {
		address, sort string
		desc          bool
		filtered      bool
	}{
		{"/k", "nama", false, false},
		{"/k?urut=-desil", "desil", true, false},
		{"/k?urut=desil&q=ruk", "desil", false, true},
		{"/k?urut=kata_sandi", "nama", false, false}, // not one of those allowed
		{"/k?urut=", "nama", false, false},
		{"/k?q=&setelah=x&lang=en", "nama", false, false},
	} {
		q := get(t, c.address).List("nama", "-desil")
		if q.Sort != c.sort || q.Desc != c.desc || q.Filtered() != c.filtered {
			t.Errorf("%s: sort %q desc %v filtered %v", c.address, q.Sort, q.Desc, q.Filtered())
		}
	}
	if q := get(t, "/k").List("-tanggal"); q.Sort != "tanggal" || !q.Desc {
		t.Errorf("the usual order is %q %v", q.Sort, q.Desc)
	}
}

func TestListAddressesKeepTheFilterAndDropThePage(t *testing.T) {
	q := get(t, "/k?q=ruk&kosong=&setelah=abc&berkas=csv&lang=en").List("nama", "desil")
	for _, c := range []struct{ got, want string }{
		{q.With("wilayah", "31"), "/k?q=ruk&wilayah=31"},
		{q.With("q", ""), "/k"},
		{q.sortedBy("desil"), "/k?q=ruk&urut=desil"},
		{q.sortedBy("nama"), "/k?q=ruk&urut=-nama"},
		{q.with(afterParam, "d/e&f"), "/k?q=ruk&setelah=d%2Fe%26f"},
		{q.with(formatParam, "xlsx"), "/k?berkas=xlsx&q=ruk"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // an address made from an address reads the same
		values := url.Values{"q": {rapid.String().Draw(t, "q")}, "a b": {rapid.String().Draw(t, "other")}}
		q := Query{Path: "/k", Values: values}
		u, err := url.Parse(q.With("z", "1"))
		if err != nil {
			t.Fatal(err)
		}
		if u.Query().Get("q") != values.Get("q") || u.Query().Get("a b") != values.Get("a b") {
			t.Fatalf("%v became %s", values, u)
		}
	})
}

func TestUploadReachesTheHandlerAndLeavesNoFile(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	content := strings.Repeat("nik,nama\r\n", formMemory/9) // more than is held in memory
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("berkas", "../keluarga.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(m.WriteField("catatan", "dari kantor"), m.Close()); err != nil {
		t.Fatal(err)
	}
	rt, size, note, spilled := NewRouter(Config{}), int64(0), "", 0
	rt.Add(Route{Method: "POST", Pattern: "/impor", Public: true, MaxBody: 64 << 20, Handle: func(_ context.Context, r *Request) (Response, error) {
		if _, err := r.Upload("lain"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a file that was not sent: %v", err)
		}
		f, err := r.Upload("berkas")
		if err != nil {
			return nil, err
		}
		defer f.Close()
		files, err := os.ReadDir(os.Getenv("TMPDIR"))
		size, note, spilled = f.Size, r.Text("catatan"), len(files)
		return SeeOther("/"), err
	}})
	r := httptest.NewRequest(http.MethodPost, "/impor", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	rt.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther || size != int64(len(content)) || note != "dari kantor" || spilled != 1 {
		t.Errorf("status %d, %d bytes, note %q, %d temporary files", w.Code, size, note, spilled)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("%d temporary files are left (%v)", len(left), err)
	}
}

func TestSessionCookieIsGuarded(t *testing.T) {
	for secure, name := range map[bool]string{false: "gotong_sesi", true: "__Host-gotong_sesi"} {
		rt := NewRouter(Config{Secure: secure})
		rt.Add(Route{Method: "POST", Pattern: "/masuk", Public: true, Handle: func(context.Context, *Request) (Response, error) {
			return SignIn("token", time.Now().Add(time.Hour), "/"), nil
		}})
		w := httptest.NewRecorder()
		rt.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/masuk", nil))
		c := w.Result().Cookies()[0]
		if c.Name != name || !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			t.Errorf("secure %v: %s", secure, c)
		}
		if got := w.Header().Get("Strict-Transport-Security"); (got != "") != secure {
			t.Errorf("secure %v: %q", secure, got)
		}
	}
}

// Every sentence that a component may ask for exists: the sentences of
// i18n's own test are complete, so a missing one is a wrong key here.
func TestComponentsAskForSentencesThatExist(t *testing.T) {
	for _, key := range []string{IsYes.key(), IsNo.key(), IsUnknown.key(), Ahead.key(), Current.key(), Passed.key(), Stopped.key()} {
		if !i18n.Has(i18n.ID, key) {
			t.Error(key)
		}
	}
	for kind := fault.KindInternal; kind <= fault.KindTooOften; kind++ {
		if statuses[kind] == 0 || !i18n.Has(i18n.ID, "web.error."+kind.String()+".title") {
			t.Errorf("kind %s has no status or no title", kind)
		}
	}
	for _, tone := range []Tone{Quiet, Info, Wait, Good, Warn, Bad, Unknown} {
		if iconPaths[string(tone)] == "" {
			t.Errorf("tone %s has no icon", tone)
		}
	}
	for _, l := range i18n.Langs {
		rt := NewRouter(Config{Sessions: everybody{}, SignIn: "/masuk", SignOut: "/keluar", Search: "/cari"})
		rt.Add(Gaya())
		r := httptest.NewRequest(http.MethodGet, "/gaya?lang="+string(l), nil)
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "x"})
		w := httptest.NewRecorder()
		rt.ServeHTTP(w, r)
		if body := w.Body.String(); w.Code != 200 || strings.Contains(body, "[web.") || strings.Contains(body, "[core.") || strings.Contains(body, "%!") {
			t.Errorf("%s: status %d, or a sentence is missing", l, w.Code)
		}
		if body := w.Body.String(); strings.Contains(body, " style=") || strings.Contains(body, "<style") || strings.Contains(body, " onclick=") {
			t.Errorf("%s: the policy of the pages forbids what stands in them", l)
		}
	}
}

// everybody signs anybody in as an officer.
type everybody struct{}

func (everybody) Actor(context.Context, string) (access.Actor, error) {
	return access.Actor{Login: "sri", Name: "Sri", Roles: []access.Role{access.Officer}, Scope: access.Nation()}, nil
}
