package bank

import "bytes"

// Format is a form in which files are exchanged with a channel. Order must
// write the same bytes for the same order, and Return must refuse, with
// fault.Invalid naming the line, whatever is not whole.
type Format interface {
	// Name is the format's name and the ending of its files, such as "csv".
	Name() string
	// Mine reports whether a file looks like one of this format.
	Mine(file []byte) bool
	// Order writes an order file.
	Order(o Order) ([]byte, error)
	// Return reads a return file.
	Return(file []byte) (Return, error)
}

// CSV is the format that a clerk can open.
type CSV struct{}

// Name returns "csv".
func (CSV) Name() string { return "csv" }

// Mine takes everything: a file that is no CSV of ours is refused by its heading.
func (CSV) Mine([]byte) bool { return true }

// Order writes an order file.
func (CSV) Order(o Order) ([]byte, error) { return o.Bytes(), nil }

// Return reads a return file.
func (CSV) Return(file []byte) (Return, error) { return ParseReturn(bytes.NewReader(file)) }

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
