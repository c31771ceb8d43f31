package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/nik"
)

// Basis is what an entry by hand rests on. All of it is as it was written
// down, to be checked by the service.
type Basis struct {
	// Version is the family's as it was shown to whoever writes. An entry on
	// another version is a conflict: somebody else was first.
	Version  int    `json:"version,omitempty"`
	On       string `json:"on,omitempty"`       // day YYYY-MM-DD: of an observation, or from which a change holds
	Source   Source `json:"source,omitempty"`   // one of Sources; a correction's is always SourceEdit
	Evidence string `json:"evidence,omitempty"` // a document, a form's number, who told it
	Note     string `json:"note,omitempty"`     // may be empty
	// Document is which of the documents that the rules list for the kind of
	// change it rests on, by code; Evidence is then its number or more of it.
	Document string `json:"document,omitempty"`
	// Read is the mark of the warnings that were read: with these, and no
	// others, the entry is written nevertheless.
	Read string `json:"read,omitempty"`
}

// Outcome is what became of an entry by hand. Where there are warnings and
// the entry's basis does not say that they were read, nothing was written.
type Outcome struct {
	Written  bool
	Warnings []Warning
	Older    int // facts kept in the history only, since newer ones are on record

	// Proposed says that the change waits for a second person: the event.
	Proposed ident.ID
	Event    ident.ID   // that was recorded, of the kinds that are events
	Families []ident.ID // that were changed, the one asked for first
	Stopped  []Stopped  // what depended on somebody who does not count any more
	Again    []Stopped  // what was stopped before and must be started again by hand
	Fates    []Fate     // what an erasure took away, and what it left

	// Traces says that old pages of the database still hold what an erasure
	// took away, as somebody reads them; they are scrubbed once that has ended.
	Traces bool
}

// Mark tells these warnings from others. It is empty where there are none.
func (o Outcome) Mark() string { return markOf(o.Warnings) }

func markOf(warnings []Warning) string {
	if len(warnings) == 0 {
		return ""
	}
	h := sha256.New()
	for _, w := range warnings {
		fmt.Fprintln(h, w.Field, w.Key, w.Args, w.Families)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Warning is something that looks wrong in an entry and may yet be right.
type Warning struct {
	Field    string
	Key      string // of its sentence
	Args     []any
	Families []ident.ID // to be looked at; in the actor's area
}

// FieldFault is what is wrong with one field of an entry.
type FieldFault struct {
	Field string // "" is the entry as a whole
	Fault *fault.Error
}

// Refused is what is wrong with an entry, in the order of its fields. It is
// an error of kind fault.KindInvalid.
type Refused []FieldFault

// Error lists the fields and what is wrong, for logs. Values are not in it.
func (r Refused) Error() string {
	said := make([]string, len(r))
	for i, f := range r {
		said[i] = f.Field + ": " + f.Fault.Key
	}
	return "refused: " + strings.Join(said, "; ")
}

// Unwrap returns the faults.
func (r Refused) Unwrap() []error {
	errs := make([]error, len(r))
	for i, f := range r {
		errs[i] = f.Fault
	}
	return errs
}

// Fields returns what is wrong by field, for who shows it beside them.
func (r Refused) Fields() iter.Seq2[string, *fault.Error] {
	return func(yield func(string, *fault.Error) bool) {
		for _, f := range r {
			if !yield(f.Field, f.Fault) {
				return
			}
		}
	}
}

// Fields of an entry's basis. Other fields are named as the columns of an
// import; Answer.Field and MemberField name the rest.
const (
	FieldOn       = "tanggal"
	FieldSource   = "sumber"
	FieldEvidence = "bukti"
	FieldNote     = "catatan"
	FieldDocument = "jenis_bukti"
)

func (h *hand) refuse(field, name string, args ...any) {
	h.refused = append(h.refused, FieldFault{field, fault.Invalid("registry.entry."+name, args...)})
}

func (h *hand) warn(field, name string, families []ident.ID, args ...any) {
	h.warnings = append(h.warnings, Warning{field, "registry.entry.warn." + name, args, families})
}

// readBasis checks what the entry rests on.
func (h *hand) readBasis() {
	if on, ok := h.day(FieldOn, h.basis.On); ok {
		h.on = on
	} else if h.basis.On == "" {
		h.refuse(FieldOn, "day_missing")
	}
	if h.basis.Source != SourceEdit && !slices.Contains(Sources, h.basis.Source) {
		h.refuse(FieldSource, "source_missing")
	}
	h.readEvidence()
	h.basis.Note = h.free(FieldNote, h.basis.Note)
}

// readEvidence checks the evidence. Where the rules list documents, the one
// that is named stands before what is said of it.
func (h *hand) readEvidence() {
	h.basis.Evidence = h.free(FieldEvidence, h.basis.Evidence)
	switch d, ok := h.rule.document(h.basis.Document); {
	case ok && h.basis.Evidence == "":
		h.basis.Evidence = d.Name.ID
	case ok:
		h.basis.Evidence = d.Name.ID + ": " + h.basis.Evidence
	case len(h.rule.Documents) > 0 && !ok:
		h.refuse(FieldDocument, "document_missing")
	case h.basis.Evidence == "" && !h.wrong(FieldEvidence):
		h.refuse(FieldEvidence, "evidence_missing")
	}
}

func (h *hand) wrong(field string) bool {
	return slices.ContainsFunc(h.refused, func(f FieldFault) bool { return f.Field == field })
}

// day reads a day that has come. It is false for none, and for one that was
// refused.
func (h *hand) day(field, text string) (civil.Date, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, false
	}
	d, err := civil.Parse(text)
	switch {
	case err != nil:
		h.refuse(field, "not_day")
	case d > h.today:
		h.refuse(field, "day_future", "day", d, "today", h.today)
	case d < earliest:
		h.refuse(field, "day_early")
	default:
		return d, true
	}
	return 0, false
}

// free reads a text of one line that is kept in clear, which a number of a
// person must not be.
func (h *hand) free(field, text string) string {
	text = oneLine(strings.TrimSpace(text))
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		h.refuse(field, "not_text")
	case len(text) > longest:
		h.refuse(field, "too_long", "most", longest)
	case holdsNumber(text):
		h.refuse(field, "holds_number")
	default:
		return text
	}
	return ""
}

// holdsNumber reports whether a text has sixteen digits or more with nothing
// but spaces and dots between them: a NIK or a card's number. Dashes part
// digits, as in the number of a certificate.
func holdsNumber(text string) bool {
	const digits = 16
	n := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			if n++; n == digits {
				return true
			}
		case r == ' ' || r == '.':
		default:
			n = 0
		}
	}
	return false
}

func (h *hand) name(field, text string) string {
	name := h.free(field, text)
	switch {
	case h.wrong(field) || name == "":
	case len(name) > longestName:
		h.refuse(field, "too_long", "most", longestName)
	case strings.IndexFunc(name, unicode.IsLetter) < 0:
		h.refuse(field, "not_name")
	default:
		return name
	}
	return ""
}

func (h *hand) number(field, text string) nik.Number {
	n, problem := nik.Parse(text)
	switch problem {
	case "":
		return n
	case nik.Empty:
	case nik.Length:
		h.refuse(field, "number_length", "digits", countDigits(text))
	case nik.Serial, nik.Rounded:
		h.refuse(field, "number_zeros")
	default:
		h.refuse(field, "not_number")
	}
	return ""
}

// choice reads an answer that must be given.
func (h *hand) choice(field string, of *indicator.Indicator, text string) int64 {
	no, err := of.Parse(text)
	if err != nil {
		h.refuse(field, "choose")
	}
	return no
}

// block reads the number of an RT or RW.
func (h *hand) block(field, text string) string {
	if text = strings.TrimSpace(text); text == "" {
		return ""
	}
	padded, ok := neighbourhood(text)
	if !ok {
		h.refuse(field, "not_block")
	}
	return padded
}
