package bank

import (
	"bytes"
	"io"
	"strings"
)

// Format is a form of return files.
type Format interface {
	// Name is the format's name, such as "csv".
	Name() string
	// Mine reports whether a file that begins like this looks like one of
	// this format; its first 4096 bytes are enough.
	Mine(head []byte) bool
	// Read reads a return file and gives each of its lines as it comes, with
	// Proof and all. It must refuse, with fault.Invalid naming the line,
	// whatever is not whole: only when Read returns without an error may the
	// lines be believed. The Return that it returns is without them.
	Read(from io.Reader, each func(Result) error) (Return, error)
}

// Whole reads a return file with all its lines.
func Whole(f Format, file []byte) (Return, error) { return collect(bytes.NewReader(file), f.Read) }

// Writer is a form of order files.
type Writer interface {
	// Name is the format's name, such as "csv".
	Name() string
	// Ending is the ending of its files' names, without the point.
	Ending() string
	// Write writes an order file: the same bytes for the same order.
	Write(w io.Writer, o Order) error
}

// CSV is the format that a clerk can open.
type CSV struct{}

// Name returns "csv".
func (CSV) Name() string { return "csv" }

// Ending returns "csv".
func (CSV) Ending() string { return "csv" }

// Mine takes everything: a file that is no CSV of ours is refused by its heading.
func (CSV) Mine([]byte) bool { return true }

// Write writes an order file.
func (CSV) Write(w io.Writer, o Order) error {
	_, err := w.Write(o.Bytes())
	return err
}

// Read reads a return file; memory does not grow with it.
func (CSV) Read(from io.Reader, each func(Result) error) (Return, error) {
	return readReturn(from, each)
}

// Formats are the formats that are understood, the last resort last.
type Formats []Format

// Of returns the format of a file.
func (all Formats) Of(file []byte) Format {
	for _, f := range all {
		if f.Mine(file) {
			return f
		}
	}
	return CSV{}
}

// batchOf returns the batch that a reference belongs to: a reference is its
// batch, a dash and at least six digits.
func batchOf(reference string) (string, bool) {
	const digits = 6
	i := strings.LastIndexByte(reference, '-')
	if i < 1 || len(reference)-i-1 < digits || strings.Trim(reference[i+1:], "0123456789") != "" {
		return "", false
	}
	return reference[:i], true
}
