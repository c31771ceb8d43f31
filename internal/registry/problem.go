package registry

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"gotong/internal/fault"
	"gotong/internal/i18n"
)

// FileKind says which of the two files of an import is meant.
type FileKind string

// The files of an import, as their usual names say.
const (
	FamilyFile FileKind = "keluarga"
	MemberFile FileKind = "anggota"
)

// other returns the other one of the two files.
func (k FileKind) other() FileKind {
	if k == FamilyFile {
		return MemberFile
	}
	return FamilyFile
}

// Problem is one thing that is wrong, or looks wrong, in an import.
type Problem struct {
	File    FileKind `json:"file"`
	Row     int      `json:"row"`              // as a spreadsheet counts; 1 is the heading, 0 the file as a whole
	Column  string   `json:"column,omitempty"` // heading
	Value   string   `json:"value,omitempty"`  // as written, with numbers of persons masked
	Warning bool     `json:"warning,omitempty"`
	Key     string   `json:"key"`            // of the sentence that says what is wrong
	Fix     string   `json:"fix"`            // of the sentence that says what to do
	Args    []string `json:"args,omitempty"` // name, value, … of both sentences
}

// What says in a language what is wrong.
func (p Problem) What(l i18n.Lang) string { return i18n.T(l, p.Key, p.args()...) }

// ToDo says in a language what to do about it.
func (p Problem) ToDo(l i18n.Lang) string { return i18n.T(l, p.Fix, p.args()...) }

func (p Problem) args() []any {
	args := make([]any, len(p.Args))
	for i, a := range p.Args {
		args[i] = a
	}
	return args
}

// sentence sets the sentences of a problem that is this package's own.
func (p *Problem) sentence(name string, args []any) {
	p.Key, p.Fix = "registry.problem."+name+".what", "registry.problem."+name+".fix"
	p.Args = texts(args)
}

// fault sets the sentence to what another package says of a value.
func (p *Problem) fault(err error, fix string) {
	var f *fault.Error
	if !errors.As(err, &f) {
		p.sentence("unreadable", nil)
		return
	}
	p.Key, p.Fix, p.Args = f.Key, "registry.problem."+fix+".fix", texts(f.Args)
	for i := 0; i+1 < len(p.Args) && p.Column != ""; i += 2 {
		if p.Args[i] == "column" { // by its heading in the file, where the other package has a name of its own
			p.Args[i+1] = redacted(p.Column)
		}
	}
}

func texts(args []any) []string {
	if len(args) == 0 {
		return nil
	}
	t := make([]string, len(args))
	for i, a := range args {
		if key, ok := a.(officeKey); ok {
			t[i] = strings.Clone(string(key))
		} else {
			t[i] = redacted(fmt.Sprint(a))
		}
	}
	return t
}

// officeKey is an office's key of a family, which is no number of a person:
// checker.key sees to that. It is shown as it is.
type officeKey string

// identifierDigits is how many digits a text may have before it is taken for
// an identifier that landed in the wrong column. An area code has ten.
const identifierDigits = 11

// redacted is a cell's text as it may be shown: short, and without what may
// be somebody's number, in whichever column it was found.
func redacted(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	if countDigits(s) < identifierDigits {
		return strings.Clone(strings.ToValidUTF8(s, "�")) // a problem outlives the piece of the file that it was found in
	}
	return masked(s)
}

// masked hides every digit but the first two. What has hardly any digits
// left, such as 9.17E+15, tells nothing and shows what happened.
func masked(s string) string {
	const few = 5
	if countDigits(s) <= few {
		return strings.Clone(strings.ToValidUTF8(s, "�"))
	}
	shown := 0
	return strings.Map(func(r rune) rune {
		if !unicode.IsDigit(r) {
			return r
		}
		if shown++; shown > 2 {
			return '*'
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}
