package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gotong/internal/clock"
	"gotong/internal/web"
)

func limiter(client, all web.Rate) (*web.Limiter, *clock.Stepping) {
	c := clock.NewStepping(time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), 0)
	return web.NewLimiter(c, func(time.Time) web.Limits { return web.Limits{Client: client, All: all} }), c
}

func TestLimiterHoldsOneClientAndAll(t *testing.T) {
	l, c := limiter(web.Rate{Burst: 2, PerMinute: 6}, web.Rate{Burst: 4, PerMinute: 60})
	take := func(client string, want time.Duration) {
		t.Helper()
		if got := l.Take(client); got.Round(time.Millisecond) != want {
			t.Errorf("%s waits %s, want %s", client, got, want)
		}
	}
	take("a", 0)
	take("a", 0)
	take("a", 10*time.Second)
	take("a", 10*time.Second) // in vain costs nothing
	take("b", 0)
	take("b", 0)
	take("c", time.Second) // all have asked four times
	c.Advance(4 * time.Second)
	take("c", 0)
	take("a", 6*time.Second)
	c.Advance(6 * time.Second)
	take("a", 0)
	take("a", 10*time.Second)
	c.Advance(time.Hour) // everybody is forgotten
	take("a", 0)
	take("a", 0)
	take("a", 10*time.Second)
}

// In any run of asking, nobody gets more than the burst and what the time
// since brought; and whoever waits as long as told gets through.
func TestLimiterNeverGivesMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		client := web.Rate{Burst: rapid.IntRange(1, 5).Draw(t, "burst"), PerMinute: rapid.IntRange(1, 100).Draw(t, "per minute")}
		all := web.Rate{Burst: rapid.IntRange(1, 9).Draw(t, "all burst"), PerMinute: rapid.IntRange(1, 200).Draw(t, "all per minute")}
		l, c := limiter(client, all)
		passed, of := 0, map[string]int{}
		var gone time.Duration
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			who := strconv.Itoa(rapid.IntRange(0, 3).Draw(t, "who"))
			wait := l.Take(who)
			if wait == 0 {
				passed, of[who] = passed+1, of[who]+1
			} else if rapid.Bool().Draw(t, "patient") {
				c.Advance(wait + time.Millisecond)
				gone += wait + time.Millisecond
				if more := l.Take(who); more != 0 {
					t.Fatalf("told to wait %s, and then %s", wait, more)
				}
				passed, of[who] = passed+1, of[who]+1
			}
			pause := time.Duration(rapid.IntRange(0, 5000).Draw(t, "ms")) * time.Millisecond
			c.Advance(pause)
			gone += pause
			most := func(r web.Rate) float64 { return float64(r.Burst) + gone.Minutes()*float64(r.PerMinute) + 1e-6 }
			if float64(passed) > most(all) || float64(of[who]) > most(client) {
				t.Fatalf("%d passed, %d of one client, in %s", passed, of[who], gone)
			}
		}
	})
}

func TestWhoAsksTooOftenIsToldWhenToComeAgain(t *testing.T) {
	for _, tc := range []struct {
		name           string
		proxied        bool
		first, second  string // remote addresses
		seen, seenNext string // X-Forwarded-For
		same           bool   // are they one client?
	}{
		{name: "one address", first: "203.0.113.7:1000", second: "203.0.113.7:2000", same: true},
		{name: "two addresses", first: "203.0.113.7:1000", second: "203.0.113.8:1000"},
		{name: "an address written as IPv6", first: "203.0.113.7:1", second: "[::ffff:203.0.113.7]:2", same: true},
		{name: "one IPv6 network", first: "[2001:db8:1:2::1]:1", second: "[2001:db8:1:2:ffff::9]:1", same: true},
		{name: "two IPv6 networks", first: "[2001:db8:1:2::1]:1", second: "[2001:db8:1:3::1]:1"},
		{name: "a header that nobody asked for", first: "203.0.113.7:1", second: "203.0.113.7:1", seen: "1.1.1.1", seenNext: "2.2.2.2", same: true},
		{name: "behind a proxy", proxied: true, first: "127.0.0.1:1", second: "127.0.0.1:1", seen: "1.1.1.1", seenNext: "2.2.2.2"},
		{name: "an invented address before the proxy's", proxied: true, first: "127.0.0.1:1", second: "127.0.0.1:1", seen: "9.9.9.9, 1.1.1.1", seenNext: "8.8.8.8, 1.1.1.1", same: true},
	} {
		l, _ := limiter(web.Rate{Burst: 1, PerMinute: 4}, web.Rate{Burst: 100, PerMinute: 100})
		rt := web.NewRouter(web.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), SignIn: "/masuk", BehindProxy: tc.proxied})
		rt.Add(web.Route{Method: "POST", Pattern: "/cek", Public: true, Limit: l, Handle: say("cek")})
		ask := func(from, seen string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("POST", "/cek", strings.NewReader("nik=3172041212129999"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.RemoteAddr = from
			if seen != "" {
				r.Header.Set("X-Forwarded-For", seen)
			}
			w := httptest.NewRecorder()
			rt.ServeHTTP(w, r)
			return w
		}
		if w := ask(tc.first, tc.seen); w.Code != http.StatusOK {
			t.Errorf("%s: at first %d", tc.name, w.Code)
		}
		w := ask(tc.second, tc.seenNext)
		if !tc.same {
			if w.Code != http.StatusOK {
				t.Errorf("%s: the other is answered %d", tc.name, w.Code)
			}
			continue
		}
		body := w.Body.String()
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "15" || !strings.Contains(body, "Tunggu 15 detik") {
			t.Errorf("%s: answered %d, Retry-After %s: %.300s", tc.name, w.Code, w.Header().Get("Retry-After"), body)
		}
		if strings.Contains(body, "3172041212129999") {
			t.Errorf("%s: what was typed comes back", tc.name)
		}
	}
}
