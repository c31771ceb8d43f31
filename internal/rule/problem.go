package rule

import (
	"fmt"
	"strings"

	"gotong/internal/fault"
)

// Source is an expression and the place where it is written.
type Source struct {
	Text   string
	File   string // empty for an expression that was typed into a page
	Clause string // the clause's id, empty where there is none

	// Place returns the line and column in File, both counted from 1, of the
	// rune at an offset in Text. Nil means that Text is the whole file.
	Place func(offset int) (line, column int)
}

// Problem returns a fault of kind Invalid at a rune offset of the source. Its
// arguments begin with at ("pkh.yaml:31:13 (decile)", ready to be shown),
// file, line, column and clause.
func (s Source) Problem(offset int, key string, args ...any) *fault.Error {
	line, column := s.place(offset)
	return fault.Invalid(key, append([]any{
		"at", At(s.File, line, column, s.Clause),
		"file", s.File, "line", line, "column", column, "clause", s.Clause,
	}, args...)...)
}

// At writes a place for people: file:line:column (clause).
func At(file string, line, column int, clause string) string {
	at := fmt.Sprintf("%d:%d", line, column)
	if file != "" {
		at = file + ":" + at
	}
	if clause != "" {
		at += " (" + clause + ")"
	}
	return at
}

func (s Source) place(offset int) (line, column int) {
	if s.Place != nil {
		return s.Place(offset)
	}
	line, column = 1, 1
	for i, r := range []rune(s.Text) {
		if i == offset {
			break
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return line, column
}

// Problems are all that is wrong with a rule or a file, in order of place.
// Each is a fault of kind Invalid.
type Problems []*fault.Error

// Error lists the problems, one a line, for logs.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, e := range p {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns each problem.
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i, e := range p {
		errs[i] = e
	}
	return errs
}
