package indicator

import (
	"slices"
	"sort"
	"sync"

	"gotong/indicators"
	"gotong/internal/civil"
)

// Catalogue is a set of indicators. It is immutable once loaded and safe for
// use by many goroutines.
type Catalogue struct {
	all     []*Indicator // by No
	byCode  map[key]*Indicator
	byNo    map[int]*Indicator
	groups  []Group
	derived []*Derivations // by From

	presumed []*Indicator // those with a Presumed, by No
}

type key struct {
	level Level
	code  string
}

// Default returns the catalogue that is part of the program.
var Default = sync.OnceValue(func() *Catalogue {
	c, err := Load(indicators.Files)
	if err != nil {
		panic(err) // the files are part of the program, and a test loads them
	}
	return c
})

// Lookup returns the indicator of a level with a code.
func (c *Catalogue) Lookup(l Level, code string) (*Indicator, bool) {
	i, ok := c.byCode[key{l, code}]
	return i, ok
}

// ByNo returns the indicator numbered no.
func (c *Catalogue) ByNo(no int) (*Indicator, bool) {
	i, ok := c.byNo[no]
	return i, ok
}

// All returns every indicator, by No. The slice is the caller's.
func (c *Catalogue) All() []*Indicator { return slices.Clone(c.all) }

// Shared is All without the copy: the slice is the catalogue's own and must
// not be changed.
func (c *Catalogue) Shared() []*Indicator { return c.all }

// Stored returns the indicators of a level that are observed and kept as
// facts, by No: the columns of an import file.
func (c *Catalogue) Stored(l Level) []*Indicator {
	var s []*Indicator
	for _, i := range c.all {
		if i.Level == l && !i.Derived {
			s = append(s, i)
		}
	}
	return s
}

// Groups returns the headings in the order of the files.
func (c *Catalogue) Groups() []Group { return slices.Clone(c.groups) }

// InGroup returns the indicators under a heading, by No.
func (c *Catalogue) InGroup(code string) []*Indicator {
	var s []*Indicator
	for _, i := range c.all {
		if i.Group == code {
			s = append(s, i)
		}
	}
	return s
}

// Derivations returns the definitions in force on a day; false when the day
// is before the first.
func (c *Catalogue) Derivations(on civil.Date) (*Derivations, bool) {
	n := sort.Search(len(c.derived), func(i int) bool { return c.derived[i].From > on })
	if n == 0 {
		return nil, false
	}
	return c.derived[n-1], true
}

// Nearest returns the code of a level that is spelt most like code, for "did
// you mean", or "" when none is close.
func (c *Catalogue) Nearest(l Level, code string) string {
	codes := make([]string, 0, len(c.all))
	for _, i := range c.all {
		if i.Level == l {
			codes = append(codes, i.Code)
		}
	}
	return nearest(code, codes)
}
