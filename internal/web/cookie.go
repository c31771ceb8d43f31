package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"gotong/internal/i18n"
)

// Density is how close the lines of a page stand.
type Density string

// The densities: comfortable, and dense for long tables.
const (
	Nyaman Density = "nyaman"
	Padat  Density = "padat"
)

// Names of the cookies. The session's gets the prefix __Host- when the site
// is served over TLS, which ties it to this very host.
const (
	sessionCookie = "gotong_sesi"
	langCookie    = "gotong_bahasa"
	densityCookie = "gotong_rapat"
	flashCookie   = "gotong_pesan"
)

func sessionName(secure bool) string {
	if secure {
		return "__Host-" + sessionCookie
	}
	return sessionCookie
}

// SessionToken returns the token that the request carries, or "".
func (r *Request) SessionToken() string {
	c, err := r.Cookie(sessionName(r.site.config.Secure))
	if err != nil {
		return ""
	}
	return c.Value
}

// SignIn answers by giving the browser a session token until expires and
// sending it to url.
func SignIn(token string, expires time.Time, url string) Response {
	return responseFunc(func(w http.ResponseWriter, r *Request) error {
		http.SetCookie(w, &http.Cookie{
			Name: sessionName(r.site.config.Secure), Value: token, Path: "/", Expires: expires,
			HttpOnly: true, Secure: r.site.config.Secure, SameSite: http.SameSiteLaxMode,
		})
		return SeeOther(url).Send(w, r)
	})
}

// SignOut answers by taking the session token away and sending the browser
// to url. The caller has ended the session itself.
func SignOut(url string, flash ...Flash) Response {
	return responseFunc(func(w http.ResponseWriter, r *Request) error {
		http.SetCookie(w, &http.Cookie{
			Name: sessionName(r.site.config.Secure), Path: "/", MaxAge: -1,
			HttpOnly: true, Secure: r.site.config.Secure, SameSite: http.SameSiteLaxMode,
		})
		// what the browser kept of the pages goes with the session
		w.Header().Set("Clear-Site-Data", `"cache"`)
		return SeeOther(url, flash...).Send(w, r)
	})
}

// preference returns the value of a preference: from the query, which also
// keeps it in the cookie, or from the cookie.
func preference(w http.ResponseWriter, r *http.Request, secure bool, query, cookie string) string {
	if v := r.URL.Query().Get(query); v != "" {
		http.SetCookie(w, &http.Cookie{
			Name: cookie, Value: v, Path: "/", MaxAge: 365 * 24 * 60 * 60,
			HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
		})
		return v
	}
	if c, err := r.Cookie(cookie); err == nil {
		return c.Value
	}
	return ""
}

func chosenLang(w http.ResponseWriter, r *http.Request, secure bool) i18n.Lang {
	return i18n.ParseLang(preference(w, r, secure, "lang", langCookie))
}

func chosenDensity(w http.ResponseWriter, r *http.Request, secure bool) Density {
	if Density(preference(w, r, secure, "tampilan", densityCookie)) == Padat {
		return Padat
	}
	return Nyaman
}

// Flash is a message that the page after a redirect shows once. Its
// arguments travel in a cookie, so they never hold personal data.
type Flash struct {
	Tone Tone     `json:"t"`
	Key  string   `json:"k"`
	Args []string `json:"a,omitempty"` // name, value, name, value
}

// Done is the message that an act succeeded.
func Done(key string, args ...string) Flash { return Flash{Good, key, args} }

// Warned is the message that an act succeeded with something to look at.
func Warned(key string, args ...string) Flash { return Flash{Warn, key, args} }

// Sentence returns the message in a language.
func (f Flash) Sentence(l i18n.Lang) string {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	return i18n.T(l, f.Key, args...)
}

func setFlash(w http.ResponseWriter, secure bool, flash []Flash) {
	b, err := json.Marshal(flash)
	if err != nil || len(b) > 2048 { // longer than a cookie should be: the page itself tells the state
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(b), Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}

// takeFlash returns the messages waiting for this page and clears them. A
// message whose key has no sentence is dropped: it is not ours.
func takeFlash(w http.ResponseWriter, r *http.Request, secure bool) []Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var all, known []Flash
	if json.Unmarshal(b, &all) != nil {
		return nil
	}
	for _, f := range all {
		if i18n.Has(i18n.ID, f.Key) {
			known = append(known, f)
		}
	}
	return known
}
