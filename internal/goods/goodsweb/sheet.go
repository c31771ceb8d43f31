package goodsweb

import (
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// Labels of fields and columns stand under this key.
const fieldKey = "goods.field."

// ask makes a field of a name, filled with what was sent.
func ask(r *web.Request, name string, with ...page.With) page.Field {
	return page.Ask(r, fieldKey, name, with...)
}

// col is a column of a name.
func col[R any](r *web.Request, name string, kind web.Kind, value func(R) any) web.Column[R] {
	return page.Col(r, fieldKey, name, kind, value)
}

// drawn lets a signature be drawn on the screen where there is script; without
// it, the field takes a photo of one.
func drawn(r *web.Request) page.With {
	return func(f *page.Field) {
		f.Attrs["data-sign"], f.Attrs["data-sign-clear"] = r.T("goods.handover.sign"), r.T("goods.handover.sign_clear")
	}
}

// once is the hidden value that makes a form happen once, however often it
// is sent.
func (h *Handlers) once(r *web.Request) web.Pair {
	key := r.Text("kunci")
	if key == "" {
		key = h.Service.IDs.New().String()
	}
	return web.Pair{Term: "kunci", Value: key}
}

// read collects what is wrong with a form's values while it reads them.
type read struct {
	r      *web.Request
	errors *web.Errors
	failed error // one that is not the user's
}

func (x *read) take(name string, err error) {
	if err != nil && !x.errors.Take(x.r.Lang, name, err) && x.failed == nil {
		x.failed = err
	}
}

func (x *read) day(name string) civil.Date {
	d, err := x.r.Day(name)
	x.take(name, err)
	return d
}

func (x *read) rupiah(name string) money.Rupiah {
	m, err := x.r.Rupiah(name)
	x.take(name, err)
	return m
}

func (x *read) id(name string) ident.ID {
	id, err := ident.Parse(x.r.Text(name))
	if err != nil {
		x.errors.Add(name, x.r.T("goods.choose_one"))
	}
	return id
}

func (x *read) number(name string) int64 {
	n, err := strconv.ParseInt(x.r.Text(name), 10, 64)
	if err != nil {
		x.errors.Add(name, x.r.T("goods.bad_quantity"))
	}
	return n
}

// ok reports whether all could be read.
func (x *read) ok() bool { return x.failed == nil && !x.errors.Any() }
