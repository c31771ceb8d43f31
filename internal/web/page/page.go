// Package page builds staff pages out of parts: a page is a sheet of parts, a
// form is a list of fields, and a list is rows with columns and a filter, so
// that many small pages look and behave alike. What a hand holds in the rain
// is drawn by itself; the rest need no template of their own.
package page

import (
	"github.com/a-h/templ"

	"gotong/internal/web"
)

// Sheet is a page: ways on in its head, and parts below each other.
type Sheet struct {
	web.Base
	Lead      string
	Badge     templ.Component // beside the title; nil for none
	Acts      []Link
	Tabs      []web.Tab
	TabsLabel string // of the tabs, for screen readers
	Errors    web.Errors
	Parts     []Part
}

// Link is a way on from a page.
type Link struct {
	Href, Label string
	Main        bool
}

// Part is a piece of a page, under a heading where it has one.
type Part struct {
	Title string
	Body  []templ.Component
}

// Add puts a part below the others.
func (s *Sheet) Add(title string, body ...templ.Component) {
	s.Parts = append(s.Parts, Part{title, body})
}

// Act offers a way on to whoever may take it.
func (s *Sheet) Act(may bool, href, label string) { s.offer(may, Link{Href: href, Label: label}) }

// MainAct offers the way on that most take.
func (s *Sheet) MainAct(may bool, href, label string) {
	s.offer(may, Link{Href: href, Label: label, Main: true})
}

func (s *Sheet) offer(may bool, l Link) {
	if may {
		s.Acts = append(s.Acts, l)
	}
}

// Answer ends a form: on to the next page, or the sheet again with what the
// user can mend beside a field. An error that is not the user's is returned.
func (s Sheet) Answer(r *web.Request, at string, err error, next, done string, args ...string) (web.Response, error) {
	if err == nil {
		return web.SeeOther(next, web.Done(done, args...)), nil
	}
	if !s.Errors.Take(r.Lang, at, err) {
		return nil, err
	}
	return web.Invalid(View(s)), nil
}

// Pressing is a small form of one button inside a table.
type Pressing struct {
	Action, Label string
	About         string // read by screen readers, to tell buttons apart
	Hidden        []web.Pair
}
