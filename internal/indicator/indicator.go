// Package indicator is the catalogue of facts: what can be known about a
// family or a person, of what type, with which options, and which form or
// decree asks for it.
//
// The catalogue is data (indicators/*.yaml), so an office adds its own facts
// without a migration. A fact is always an int64: 0 or 1 for no and yes, an
// option's number for a choice, whole rupiah, days since 1970-01-01
// (civil.Date), or a plain number. A fact nobody has observed is absent,
// which is neither zero nor no.
package indicator

import (
	"gotong/internal/civil"
	"gotong/internal/i18n"
)

// Level says whom a fact is about.
type Level uint8

// The levels.
const (
	Family Level = iota + 1
	Person
)

// String returns the level as rules and files write it.
func (l Level) String() string { return levelNames.name(int(l)) }

// Kind is the type of a fact.
type Kind uint8

// The kinds.
const (
	Bool   Kind = iota + 1 // 0 or 1
	Int                    // a number, scaled by 10^Decimals
	Money                  // whole rupiah
	Date                   // civil.Date
	Choice                 // an option's number
)

// String returns the kind as files write it.
func (k Kind) String() string { return kindNames.name(int(k)) }

// names lists the words for 1, 2, 3, …
type names []string

var (
	levelNames = names{"family", "person"}
	kindNames  = names{"bool", "int", "money", "date", "choice"}
)

func (n names) name(i int) string {
	if i < 1 || i > len(n) {
		return "?"
	}
	return n[i-1]
}

func (n names) number(s string) int {
	for i, name := range n {
		if name == s {
			return i + 1
		}
	}
	return 0
}

// Indicator is one fact that can be known.
type Indicator struct {
	No       int       // unique over both levels and for ever: packed facts carry it
	Code     string    // unique in its level; what rules and column headings say
	Level    Level     //
	Kind     Kind      //
	Name     i18n.Text // as a question's short heading
	Unit     string    // a key of indicator.unit in locales, or a symbol such as m²; empty for none
	Decimals int       // an Int is stored multiplied by 10^Decimals (720 is 7.20)
	Options  []Option  // of a Choice, in the form's order
	Min, Max *int64    // inclusive, as stored; nil for no bound
	Source   string    // the form, decree or definition that asks for it
	Derived  bool      // computed or copied when a snapshot is built; never stored as a fact
	Group    string    // code of the Group it is shown in
	Presumed *int64    // what a snapshot takes where nobody reported anything: an event that did not happen; nil for not known

	// Retired is the first day on which the fact is not asked for any more,
	// zero where it still is; Instead is the code of what is asked in its
	// place, which may be empty. What was observed keeps its meaning, so they
	// are no part of what a snapshot's columns mean.
	Retired civil.Date `json:"-"`
	Instead string     `json:"-"`
}

// Option is one answer of a Choice.
type Option struct {
	No   int64  // the form's number, stored as the fact
	Code string // short ASCII word for rules and files
	Name i18n.Text
}

// Group is a heading under which indicators are shown.
type Group struct {
	Code  string
	Level Level
	Name  i18n.Text
}

// Option returns the option numbered no.
func (i *Indicator) Option(no int64) (Option, bool) {
	for k := range i.Options {
		if i.Options[k].No == no {
			return i.Options[k], true
		}
	}
	return Option{}, false
}

// OptionCode returns the option whose code is code.
func (i *Indicator) OptionCode(code string) (Option, bool) {
	for k := range i.Options {
		if i.Options[k].Code == code {
			return i.Options[k], true
		}
	}
	return Option{}, false
}
