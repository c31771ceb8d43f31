package processtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"sync"
	"time"
)

// office is the people who work while the program dies under them: they know
// what was acknowledged to them, and ask again when no answer came.
type office struct {
	passwords map[string]string
	people    map[string]*person

	mu      sync.Mutex
	address string
	entries map[string]int64    // document of an allotment → ledger entry it was acknowledged with
	tried   map[string]bool     // documents of all allotments that were ever asked for
	acts    map[string][]string // number of a list → acts that were acknowledged
	runs    []string            // ids of runs that were acknowledged
	wrong   []string
}

func newOffice(passwords map[string]string) *office {
	return &office{passwords: passwords, people: map[string]*person{}, entries: map[string]int64{}, tried: map[string]bool{}, acts: map[string][]string{}}
}

// person has a session with the pages and one with the interface; both
// outlive the process that gave them.
type person struct {
	login  string
	client *http.Client
	token  string
}

var errGone = errors.New("the server is gone")

// as returns a person who is signed in.
func (o *office) as(login string) (*person, error) {
	o.mu.Lock()
	p := o.people[login]
	o.mu.Unlock()
	if p != nil {
		return p, nil
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	p = &person{login: login, client: &http.Client{Jar: jar, Timeout: 2 * time.Minute,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if _, err := o.form(p, "/masuk", url.Values{"login": {login}, "sandi": {o.passwords[login]}}); err != nil {
		return nil, err
	}
	var session struct{ Token string }
	if err := o.call(p, "POST", "/api/v1/session", "", map[string]string{"login": login, "password": o.passwords[login]}, &session); err != nil {
		return nil, err
	}
	p.token = session.Token
	o.mu.Lock()
	o.people[login] = p
	o.mu.Unlock()
	return p, nil
}

func (o *office) at() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.address
}

// moved tells everybody where the program serves now; "" is nowhere. The
// sessions' cookies are for the machine, whatever its port.
func (o *office) moved(address string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.address = address
}

// refused is an answer that says no.
type refused struct {
	status int
	body   string
}

func (r refused) Error() string { return fmt.Sprintf("%d %.200s", r.status, r.body) }

// do sends a request and returns the answer; errGone when none came.
func (o *office) do(p *person, r *http.Request) (*http.Response, []byte, error) {
	answer, err := p.client.Do(r)
	if err != nil {
		return nil, nil, errGone
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, nil, errGone
	}
	if answer.StatusCode >= 400 {
		return answer, b, refused{answer.StatusCode, string(b)}
	}
	return answer, b, nil
}

// form sends a page's form, and returns where it leads.
func (o *office) form(p *person, path string, v url.Values) (location string, err error) {
	r, err := http.NewRequest("POST", o.at()+path, bytes.NewReader([]byte(v.Encode())))
	if err != nil {
		return "", errGone
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, _, err := o.do(p, r)
	if err != nil {
		return "", err
	}
	return answer.Header.Get("Location"), nil
}

// call asks the interface, under a key where there is one.
func (o *office) call(p *person, method, path, key string, body, into any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(method, o.at()+path, bytes.NewReader(b))
	if err != nil {
		return errGone
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+p.token)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	_, answer, err := o.do(p, r)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, into)
}

// surely asks again under the same key until an answer comes.
func (o *office) surely(p *person, path, key string, body, into any, stopped func() bool) error {
	for {
		err := o.call(p, "POST", path, key, body, into)
		var no refused
		busy := errors.As(err, &no) && no.status == http.StatusServiceUnavailable
		if !errors.Is(err, errGone) && !busy || stopped() {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (o *office) complain(format string, args ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.wrong = append(o.wrong, fmt.Sprintf(format, args...))
}

// allots records one allotment after the other.
func (o *office) allots(writer int, stopped func() bool) {
	p, err := o.signedIn("kpa", stopped)
	if err != nil {
		return
	}
	for n := 0; !stopped(); n++ {
		document := fmt.Sprintf("DIPA-UJI-%d-%d", writer, n)
		o.mu.Lock()
		o.tried[document] = true
		o.mu.Unlock()
		body := map[string]any{"year": 2026, "programme": "pkh", "area": "3674", "amount_rupiah": 1000 + n, "document": document}
		var answer struct {
			Entry int64 `json:"ledger_entry"`
		}
		err := o.surely(p, "/api/v1/allotments", document, body, &answer, stopped)
		switch {
		case err == nil:
			o.mu.Lock()
			o.entries[document] = answer.Entry
			o.mu.Unlock()
		case !errors.Is(err, errGone):
			o.complain("%s: %v", document, err)
		}
	}
}

// signedIn signs somebody in as soon as somebody answers.
func (o *office) signedIn(login string, stopped func() bool) (*person, error) {
	for {
		p, err := o.as(login)
		if err == nil || stopped() {
			return p, err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// list is a pay list as the interface shows it.
type list struct {
	ID, Number, Status, Digest string
	Sums                       map[string]struct {
		Lines int64
		Total int64 `json:"total_rupiah"`
	}
}

// pays carries pay lists through their lives by three people, on the pages
// and by the interface, whatever stands.
func (o *office) pays(stopped func() bool) {
	maker, err1 := o.signedIn("bendahara", stopped)
	checker, err2 := o.signedIn("ppk", stopped)
	releaser, err3 := o.signedIn("kpa", stopped)
	if errors.Join(err1, err2, err3) != nil {
		return
	}
	for n := 0; !stopped(); n++ {
		var all struct{ Lists []list }
		if err := o.call(maker, "GET", "/api/v1/pay-lists?limit=500", "", nil, &all); err != nil {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		open := slices.DeleteFunc(all.Lists, func(l list) bool { return l.Status == "settled" || l.Status == "discarded" })
		if len(open) < 3 {
			o.orders(maker, n)
		}
		for _, l := range open {
			if err := o.step(maker, checker, releaser, l, stopped); err != nil && !errors.Is(err, errGone) {
				var no refused
				if !errors.As(err, &no) || no.status >= 500 && no.status != http.StatusServiceUnavailable {
					o.complain("%s, %s: %v", l.Number, l.Status, err)
				}
			}
		}
	}
}

// orders asks for a list of another programme, instalment and area each time.
func (o *office) orders(maker *person, n int) {
	v := url.Values{"program": {[]string{"pkh", "sembako"}[n%2]}, "tahun": {fmt.Sprint(2026 + n/12)}, "periode": {fmt.Sprint(1 + n/4%4)},
		"wilayah": {[]string{"3172", "3674"}[n/2%2]}}
	location, err := o.form(maker, "/daftar-bayar/baru", v)
	if err == nil && len(location) > 36 {
		o.mu.Lock()
		o.runs = append(o.runs, location[len(location)-36:])
		o.mu.Unlock()
	}
}

// step does what a list needs next.
func (o *office) step(maker, checker, releaser *person, l list, stopped func() bool) error {
	page := "/daftar-bayar/" + l.ID
	var now list
	switch l.Status {
	case "draft":
		if _, err := o.form(maker, page+"/rekening", nil); err != nil {
			return err
		}
		if err := o.call(checker, "GET", "/api/v1/pay-lists/"+l.Number, "", nil, &now); err != nil {
			return err
		}
		err := o.surely(checker, "/api/v1/pay-lists/"+l.Number+"/check", "periksa "+l.Number+now.Digest, map[string]string{"digest": now.Digest}, &now, stopped)
		return o.acknowledged(l, "checked", err)
	case "checked":
		want := l.Sums["planned"]
		err := o.surely(releaser, "/api/v1/pay-lists/"+l.Number+"/release", "lepas "+l.Number+l.Digest, map[string]int64{"lines": want.Lines, "total_rupiah": want.Total}, &now, stopped)
		return o.acknowledged(l, "released", err)
	case "released":
		if _, err := o.form(maker, page+"/potong", nil); err != nil {
			return err
		}
		_, err := o.form(maker, page+"/kirim", nil)
		return o.acknowledged(l, "sent", err)
	default:
		if _, err := o.form(maker, page+"/tanya", nil); err != nil {
			return err
		}
		_, err := o.form(maker, page+"/ambil", nil)
		return err
	}
}

func (o *office) acknowledged(l list, act string, err error) error {
	if err == nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.acts[l.Number] = append(o.acts[l.Number], act)
	}
	return err
}

func (o *office) documents() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Sorted(maps.Keys(o.tried))
}
