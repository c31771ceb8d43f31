package programme

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/rule"
)

var areaCode = regexp.MustCompile(`^\d*$`)

// Set is all versions of all programmes. Each version is immutable; Adopt adds
// one, for everybody who holds the set.
type Set struct {
	versions atomic.Pointer[[]*Programme] // by code, then by first day
	adopting sync.Mutex
}

func (s *Set) list() []*Programme {
	if v := s.versions.Load(); v != nil {
		return *v
	}
	return nil
}

func newSet(versions []*Programme) *Set {
	slices.SortStableFunc(versions, func(a, b *Programme) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.InForce.From, b.InForce.From))
	})
	s := &Set{}
	s.versions.Store(&versions)
	return s
}

// Load reads every *.yaml of the file systems. A file in a later one replaces
// the file of the same name in an earlier one, so that an office can change a
// programme that came with the system.
//
// What is wrong comes back as rule.Problems, from all files at once.
func Load(c *indicator.Catalogue, files ...fs.FS) (*Set, error) { return read(c, false, files) }

// LoadKept is Load for files that were kept as they were when they decided:
// they may name facts that have been retired since.
func LoadKept(c *indicator.Catalogue, files ...fs.FS) (*Set, error) { return read(c, true, files) }

func read(c *indicator.Catalogue, kept bool, files []fs.FS) (*Set, error) {
	texts := map[string][]byte{}
	for _, f := range files {
		names, err := fs.Glob(f, "*.yaml")
		if err != nil {
			return nil, fmt.Errorf("programme: listing files: %w", err)
		}
		for _, name := range names {
			if texts[name], err = fs.ReadFile(f, name); err != nil {
				return nil, fmt.Errorf("programme: reading: %w", err)
			}
		}
	}
	var versions []*Programme
	var problems rule.Problems
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		p, wrong, err := parse(c, name, texts[name], nil, kept)
		if err != nil {
			return nil, fmt.Errorf("programme: %s: %w", name, err)
		}
		problems = append(problems, rule.InOrder(wrong)...)
		if p != nil && p.Code != "" {
			versions = append(versions, p)
		}
	}
	s := newSet(versions)
	if problems = append(problems, s.across()...); len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// across checks what lies between files: versions that overlap, exclusions
// of programmes that are not there or that exclude one another in a circle.
func (s *Set) across() rule.Problems {
	var problems rule.Problems
	say := func(p *Programme, clause, key string, args ...any) {
		problems = append(problems, p.problem(clause, key, args...))
	}
	for i, p := range s.list() {
		for _, q := range s.list()[i+1:] {
			if q.Code == p.Code && p.InForce.Overlaps(q.InForce) {
				say(q, "in_force", "programme.overlap", "code", p.Code, "other", p.File)
			}
		}
		if p.origin.kept {
			continue // of the others only those of that day were kept
		}
		for _, x := range p.Exclusions {
			for _, code := range x.Programmes {
				if len(s.Versions(code)) == 0 {
					say(p, x.ID, "programme.exclusion_unknown", "code", code)
				}
			}
		}
	}
	return append(problems, s.conflicts()...)
}

// All returns every version, by code and first day.
func (s *Set) All() []*Programme { return slices.Clone(s.list()) }

// Versions returns the versions of a programme, by first day.
func (s *Set) Versions(code string) []*Programme {
	var v []*Programme
	for _, p := range s.list() {
		if p.Code == code {
			v = append(v, p)
		}
	}
	return v
}

// Version returns the version of a programme that is in force on a day, or
// fault.NotFound.
func (s *Set) Version(code string, day civil.Date) (*Programme, error) {
	for _, p := range s.Versions(code) {
		if p.InForce.Contains(day) {
			return p, nil
		}
	}
	return nil, fault.NotFound("programme.none_in_force", "code", code, "day", day)
}

// InForce returns the versions in force on a day that the register decides,
// one a programme, in an order in which each comes after those whose
// recipients it excludes.
func (s *Set) InForce(day civil.Date) []*Programme {
	var ordered []*Programme
	placed := map[string]bool{}
	var place func(code string)
	place = func(code string) {
		p, err := s.Version(code, day)
		if err != nil || placed[code] || p.ByProposal() {
			return
		}
		placed[code] = true
		for _, x := range p.Exclusions {
			for _, other := range x.Programmes {
				place(other)
			}
		}
		ordered = append(ordered, p)
	}
	for _, p := range s.list() {
		place(p.Code)
	}
	return ordered
}

// Proposals returns the versions in force on a day that are decided on
// proposals of groups and villages.
func (s *Set) Proposals(day civil.Date) []*Programme {
	return slices.DeleteFunc(s.All(), func(p *Programme) bool { return !p.ByProposal() || !p.InForce.Contains(day) })
}

// With returns the programme with other values of parameters, for a what-if.
// Values are as package rule has them: rupiah, days, 0 and 1, or numbers in
// their smallest decimal.
func (p *Programme) With(values map[string]int64) (*Programme, error) {
	changed := maps.Clone(p.origin.changed)
	if changed == nil {
		changed = map[string]int64{}
	}
	for name, v := range values {
		at := slices.IndexFunc(p.Params, func(q Param) bool { return q.Name == name })
		if at < 0 || p.Params[at].Kind == rule.Option {
			return nil, fault.NotFound("programme.no_param", "name", name, "code", p.Code)
		}
		changed[name] = v
	}
	q, problems, err := parse(p.origin.catalogue, p.File, p.origin.text, changed, p.origin.kept)
	if err != nil {
		return nil, fmt.Errorf("programme: %s: %w", p.File, err)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return q, nil
}

// Problems returns what is wrong in an error of Load or With, and whether it
// is of that kind.
func Problems(err error) (rule.Problems, bool) {
	var p rule.Problems
	ok := errors.As(err, &p)
	return p, ok
}
