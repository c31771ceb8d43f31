package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gotong/internal/fault"
)

// Writing is long work that holds up whoever wants to save something.
type Writing struct {
	Title       string // what it is, as "Impor berkas"
	By          string // the name of who asked for it
	Since       time.Time
	Done, Total int64         // of what it counts; 0 where that is not known
	Left        time.Duration // about; 0 where that is not known
	Href        string        // the page that shows how far it is
}

// othersWrite is the key of the fault of whoever waited in vain for their
// turn to write; see db.WithPatience. Nothing of theirs was written.
const othersWrite = "db.others_write"

func waitedInVain(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Key == othersWrite
}

// againLeast and againMost are how long a page waits before it sends what was
// filled in once more.
const (
	againLeast = 5 * time.Second
	againMost  = time.Minute
)

// WaitingPage says who writes, and holds what was filled in until it can be
// saved.
type WaitingPage struct {
	Base
	Writing *Writing // nil where that is not known
	Kept    bool     // what was filled in is in the page
	Action  string
	Files   bool // the form is of the kind that brings files
	Fields  []HiddenField
	Seconds int // until it is sent again
}

// HiddenField is an answer that was given.
type HiddenField struct{ Name, Value string }

// wait answers a form that could not be saved for others who write. The answers
// stand in the page, and are sent again by whoever looks at it or by itself.
func (rt *Router) wait(w http.ResponseWriter, r *Request) error {
	p := WaitingPage{Base: r.Base(r.T("web.waiting.title")), Seconds: int(againLeast / time.Second)}
	if rt.config.Writing != nil && r.SignedIn {
		p.Writing = rt.config.Writing(r.Context())
	}
	if p.Writing != nil {
		p.Seconds = int(min(againMost, max(againLeast, p.Writing.Left)) / time.Second)
	}
	p.Fields, p.Kept = r.answers()
	p.Action, p.Files = r.URL.RequestURI(), r.MultipartForm != nil
	w.Header().Set("Retry-After", strconv.Itoa(p.Seconds))
	return Render(w, r.Request, http.StatusServiceUnavailable, waitingPage(p))
}

// answers returns what was filled in, by name. They cannot be kept where the
// handler reads the body, a file came along, or a password is among them.
func (r *Request) answers() (all []HiddenField, ok bool) {
	if r.Route.Stream || r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
		return nil, false
	}
	var names []string
	for name := range r.PostForm {
		if strings.HasPrefix(name, "sandi") {
			return nil, false
		}
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range r.PostForm[name] {
			all = append(all, HiddenField{name, value})
		}
	}
	return all, true
}

// pairs tell of the work.
func (p WaitingPage) pairs(ctx context.Context) []Pair {
	work := p.Writing
	if work == nil {
		return nil
	}
	all := []Pair{
		{Term: T(ctx, "web.waiting.work"), Value: work.Title},
		{Term: T(ctx, "web.waiting.by"), Value: work.By},
		{Term: T(ctx, "web.waiting.since"), Value: Moment(ctx, work.Since)},
	}
	if work.Total > 0 {
		all = append(all, Pair{Term: T(ctx, "web.waiting.progress"),
			Value: T(ctx, "web.waiting.of", "done", Number(ctx, min(work.Done, work.Total)), "total", Number(ctx, work.Total))})
	}
	if work.Left > 0 {
		all = append(all, Pair{Term: T(ctx, "web.waiting.left"), Value: T(ctx, "web.waiting.about", "span", Span(ctx, work.Left))})
	}
	return all
}
