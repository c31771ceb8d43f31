package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// Field is one place of a form to fill in.
type Field struct {
	Name     string // in the form; its id is "isian-" + Name
	Label    string
	Hint     string // how to fill it in; may be empty
	Value    string
	Error    string // what is wrong with it; "" is nothing
	Optional bool   // the label says so; required is the rule

	Type         string // of the input: text (default), password, email, tel, date, search
	InputMode    string // keyboard of a phone: numeric, decimal, email
	Autocomplete string // as HTML names it; "" is off
	Prefix       string // stands before the input, such as Rp
	Blank        string // the empty choice of a Select; "" is "Choose …"
	Width        Width
	Attrs        templ.Attributes // what else the input needs: maxlength, …
}

// Width says how long an answer is expected to be.
type Width string

// The widths; the zero Width takes the form's.
const (
	Short  Width = "short"  // a day, a code, a count
	Medium Width = "medium" // a NIK, an amount
)

// FieldID returns the id of the input of a field, for links to it.
func FieldID(name string) string { return "isian-" + name }

func (f Field) id() string { return FieldID(f.Name) }

// describedBy names the hint and the error, so that a screen reader reads
// them with the field.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.id()+"-petunjuk")
	}
	if f.Error != "" {
		ids = append(ids, f.id()+"-salah")
	}
	return strings.Join(ids, " ")
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) blank(ctx context.Context) string {
	if f.Blank == "" {
		return T(ctx, "web.form.choose")
	}
	return f.Blank
}

func (f Field) autocomplete() string {
	if f.Autocomplete == "" {
		return "off"
	}
	return f.Autocomplete
}

// Option is one answer to choose.
type Option struct {
	Value string
	Label string
	Hint  string // beside a radio button or box; may be empty
}

// FieldError is what is wrong with one field, or with the form as a whole
// when Field is empty.
type FieldError struct{ Field, Message string }

// Errors are what is wrong with a form, in the order of its fields.
type Errors []FieldError

// Add notes what is wrong with a field.
func (e *Errors) Add(field, message string) { *e = append(*e, FieldError{field, message}) }

// Take notes a fault beside a field in language l and reports whether err
// was one that the user can mend; any other error the caller must return.
func (e *Errors) Take(l i18n.Lang, field string, err error) bool {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.KindInvalid && f.Kind != fault.KindConflict {
		return false
	}
	e.Add(field, i18n.Error(l, err))
	return true
}

// Of returns what is wrong with a field, or "".
func (e Errors) Of(field string) string {
	for _, x := range e {
		if x.Field == field {
			return x.Message
		}
	}
	return ""
}

// Any reports whether anything is wrong.
func (e Errors) Any() bool { return len(e) > 0 }

// Field returns f with its error out of e.
func (e Errors) Field(f Field) Field {
	f.Error = e.Of(f.Name)
	return f
}

// Rupiah reads the amount in the form value of name: plain digits, or digits
// in groups of three as the page's language writes them. Rupiah have no
// decimals, so a group cannot be mistaken for one.
func (r *Request) Rupiah(name string) (money.Rupiah, error) {
	group, _ := separators(r.Lang)
	return readRupiah(r.Text(name), group)
}

func readRupiah(s string, group byte) (money.Rupiah, error) {
	plain := strings.TrimSpace(strings.TrimPrefix(s, "Rp"))
	if parts := strings.Split(plain, string(group)); len(parts) > 1 {
		for i, p := range parts {
			if len(p) != 3 && (i > 0 || len(p) == 0 || len(p) > 3) {
				return 0, fault.Invalid("web.form.not_rupiah", "text", s)
			}
		}
		plain = strings.Join(parts, "")
	}
	a, err := money.Parse(plain)
	if err != nil {
		return 0, fault.Invalid("web.form.not_rupiah", "text", s).Because(err)
	}
	return a, nil
}

// Day reads the day in the form value of name.
func (r *Request) Day(name string) (civil.Date, error) {
	d, err := civil.Parse(r.Text(name))
	if err != nil {
		return 0, fault.Invalid("web.form.not_day", "text", r.Text(name)).Because(err)
	}
	return d, nil
}

// ErrNoFile is returned by Upload when the form came without the file.
var ErrNoFile = fault.Invalid("web.form.no_file")

// Upload returns the file in the form value of name. The caller closes it.
// It answers ErrNoFile when none was chosen.
func (r *Request) Upload(name string) (*Upload, error) {
	f, header, err := r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, ErrNoFile
	}
	if err != nil {
		return nil, ErrNoFile.Because(err)
	}
	return &Upload{File: f, Name: header.Filename, Size: header.Size}, nil
}
