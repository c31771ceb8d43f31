package page

import (
	"slices"

	"github.com/a-h/templ"

	"gotong/internal/web"
)

// Form is what is sent by POST.
type Form struct {
	Action string
	Upload bool // it has a file
	Fields []Field
	Hidden []web.Pair
	Submit string // "" where the buttons of Also say it all
	Danger bool
	Also   []Also
	Cancel string // where to go back to; "" for nowhere
}

// Also is another button of a form.
type Also struct{ Name, Value, Label string }

// Shown is the sheet with a form below it, for the first time.
func (f Form) Shown(s Sheet) web.Response {
	s.Add("", FormPart(f, s.Errors))
	return web.Page(View(s))
}

// Again is the sheet with the form below it and what is wrong.
func (f Form) Again(s Sheet) web.Response {
	s.Parts = slices.Clip(s.Parts)
	s.Add("", FormPart(f, s.Errors))
	return web.Invalid(View(s))
}

// Answer ends the form: on to the next page, or the form again below the
// sheet, with what the user can mend beside a field.
func (f Form) Answer(r *web.Request, s Sheet, at string, err error, next, done string, args ...string) (web.Response, error) {
	if err == nil {
		return web.SeeOther(next, web.Done(done, args...)), nil
	}
	if !s.Errors.Take(r.Lang, at, err) {
		return nil, err
	}
	return f.Again(s), nil
}

// widget is how a field is filled in.
type widget uint8

const (
	line widget = iota
	text
	choice
	radios
	tick
	file
)

// Field is one place of a form or a filter.
type Field struct {
	web.Field
	Options []web.Option
	widget  widget
	accept  string // kinds of file
}

// with returns the field with its error.
func (f Field) with(errs web.Errors) Field {
	f.Field = errs.Field(f.Field)
	return f
}

// With makes a field other than a line of text.
type With = func(*Field)

// Ask makes a field of a name, filled with what was sent. Its label stands
// under the key and the name.
func Ask(r *web.Request, key, name string, with ...With) Field {
	f := Field{Field: web.Field{Name: name, Label: r.T(key + name), Value: r.Text(name)}}
	for _, w := range with {
		w(&f)
	}
	return f
}

// Optional is a field that may stay empty.
func Optional(f *Field) { f.Optional = true }

// Short is a narrow field.
func Short(f *Field) { f.Width = web.Short }

// Medium is a field of middle width.
func Medium(f *Field) { f.Width = web.Medium }

// Number is a field for a whole number.
func Number(f *Field) { f.InputMode, f.Width = "numeric", web.Short }

// Rupiah is a field for an amount.
func Rupiah(f *Field) { f.InputMode, f.Width, f.Prefix = "numeric", web.Medium, "Rp" }

// Day is a field for a date.
func Day(f *Field) { f.Type, f.Width = "date", web.Short }

// Lines is a field for several lines of text.
func Lines(f *Field) { f.widget = text }

// Tick is a box to be ticked.
func Tick(f *Field) { f.widget = tick }

// Hint adds a sentence below the label.
func Hint(sentence string) With { return func(f *Field) { f.Hint = sentence } }

// Called gives a field another label.
func Called(label string) With { return func(f *Field) { f.Label = label } }

// From fills a field that nothing was sent for.
func From(value string) With {
	return func(f *Field) {
		if f.Value == "" {
			f.Value = value
		}
	}
}

// Of is a choice from a list that drops down.
func Of(options []web.Option) With {
	return func(f *Field) { f.widget, f.Options = choice, options }
}

// Radio is a choice of which all can be seen.
func Radio(options []web.Option) With {
	return func(f *Field) { f.widget, f.Options = radios, options }
}

// File is a field for a file of some kinds.
func File(accept string) With {
	return func(f *Field) { f.widget, f.accept = file, accept }
}

// Picture is a field for a photo; a telephone opens its camera for it.
func Picture(f *Field) {
	File("image/jpeg,image/png")(f)
	f.Optional, f.Attrs = true, templ.Attributes{"capture": "environment"}
}

// Options makes choices of codes whose words stand under a key.
func Options[T ~string](r *web.Request, key string, codes []T) []web.Option {
	all := make([]web.Option, len(codes))
	for i, c := range codes {
		all[i] = web.Option{Value: string(c), Label: r.T(key + string(c))}
	}
	return all
}
