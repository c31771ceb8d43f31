// Package upload takes in files of any size as they come: out of a form that
// is read as a stream, at a pace that is watched, into sealed pieces that are
// read again from where they lie. Of a file no more is in memory than a piece,
// and nothing of it lies anywhere in clear.
package upload

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"gotong/internal/fault"
)

// What a form may hold beside its files.
const (
	fieldMost  = 4 << 10 // bytes of a field
	fieldsMost = 64
)

// Taker takes in the file of a field, to its end, as it comes.
type Taker func(field, name string, file io.Reader) error

// Form reads a multipart form. The named fields are files, which take takes
// in; the others are returned, without blanks around them.
//
// It returns fault.Invalid for what is no such form, for one that ends before
// its last line, so that half a file is never taken for a whole one, and for a
// file that comes twice; and the errors of take and of body as they are.
func Form(contentType string, body io.Reader, take Taker, files ...string) (map[string]string, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, fault.Invalid("upload.no_form").Because(err)
	}
	f := &form{take: take, body: &watched{in: body}, files: map[string]bool{}, fields: map[string]string{}}
	for _, name := range files {
		f.files[name] = false
	}
	for parts := multipart.NewReader(f.body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		switch {
		case err == io.EOF && f.body.said("--"+params["boundary"]+"--"): //nolint:errorlint // a form that is cut off wraps it, mostly
			return f.fields, nil
		case err != nil:
			return nil, f.broken(err)
		}
		if err := f.part(part); err != nil {
			return nil, err
		}
	}
}

// form is a form as it is read.
type form struct {
	take   Taker
	body   *watched
	files  map[string]bool // whether a field's file was taken in
	fields map[string]string
}

func (f *form) part(p *multipart.Part) error {
	name, in := p.FormName(), &part{form: f, in: p}
	taken, file := f.files[name]
	switch {
	case taken:
		return fault.Invalid("upload.twice", "field", name)
	case file:
		err := f.take(name, p.FileName(), in)
		f.files[name] = in.read > 0 // a field left empty comes without a file
		return err
	}
	text, err := io.ReadAll(io.LimitReader(in, fieldMost+1))
	if err != nil {
		return err
	}
	if len(text) > fieldMost || len(f.fields) == fieldsMost {
		return fault.Invalid("upload.long", "field", name)
	}
	f.fields[name] = strings.TrimSpace(string(text))
	return nil
}

// broken returns why a form cannot be read on: what is wrong with its body, or
// that it ends too early, or is none.
func (f *form) broken(err error) error {
	switch {
	case f.body.err != nil && !errors.Is(f.body.err, io.ErrUnexpectedEOF):
		return f.body.err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Invalid("upload.cut").Because(err)
	}
	return fault.Invalid("upload.no_form").Because(err)
}

// watched reads a body, and remembers why it could not be read on and what
// was read last.
type watched struct {
	in   io.Reader
	err  error
	last []byte
}

// lastMost is more than a form's reader reads ahead.
const lastMost = 16 << 10

// Read implements io.Reader.
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.in.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	if len(w.last)+n > 2*lastMost {
		w.last = append(w.last[:0], w.last[max(0, len(w.last)-lastMost):]...)
	}
	w.last = append(w.last, b[max(0, n-lastMost):n]...)
	return n, err
}

// said reports whether text stands in what was read last.
func (w *watched) said(text string) bool { return bytes.Contains(w.last, []byte(text)) }

// part reads a part of a form, and never tells a form's early end as
// io.ErrUnexpectedEOF: readers take that for the end of what they were given.
type part struct {
	form *form
	in   io.Reader
	read int64
}

// Read implements io.Reader.
func (p *part) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	p.read += int64(n)
	if err != nil && err != io.EOF { //nolint:errorlint // the end of the part, as readers tell it
		err = p.form.broken(err)
	}
	return n, err
}
