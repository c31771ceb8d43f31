package access

import (
	"slices"
	"strings"
)

// Scope is the areas that an actor may see and act in, as prefixes of
// Kemendagri area codes without dots: "31" a province, "317204" a district,
// "3172041004" a village. The zero Scope covers nothing.
type Scope struct {
	nation   bool
	prefixes []string // sorted, none a prefix of another
}

// Nation covers every area.
func Nation() Scope { return Scope{nation: true} }

// Areas covers the given areas and all that lies in them. Empty codes are
// left out, so that a missing code never widens a scope.
func Areas(codes ...string) Scope {
	sorted := slices.Clone(codes)
	slices.Sort(sorted)
	var kept []string
	for _, c := range sorted {
		if c == "" || len(kept) > 0 && strings.HasPrefix(c, kept[len(kept)-1]) {
			continue
		}
		kept = append(kept, c)
	}
	return Scope{prefixes: kept}
}

// ParseScope reads what String wrote: "*" for the nation, or codes parted by
// commas. An empty text covers nothing.
func ParseScope(s string) Scope {
	if s == "*" {
		return Nation()
	}
	return Areas(strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })...)
}

// String writes the scope for storage.
func (s Scope) String() string {
	if s.nation {
		return "*"
	}
	return strings.Join(s.prefixes, ",")
}

// IsNation reports whether the scope covers every area.
func (s Scope) IsNation() bool { return s.nation }

// IsEmpty reports whether the scope covers nothing.
func (s Scope) IsEmpty() bool { return !s.nation && len(s.prefixes) == 0 }

// Prefixes returns the area prefixes, none for the nation.
func (s Scope) Prefixes() []string { return slices.Clone(s.prefixes) }

// Covers reports whether area lies wholly in the scope.
func (s Scope) Covers(area string) bool {
	if s.nation {
		return true
	}
	for _, p := range s.prefixes {
		if strings.HasPrefix(area, p) {
			return true
		}
	}
	return false
}

// Touches reports whether any part of area lies in the scope: the areas that
// a drop-down shows on the way down to the actor's own.
func (s Scope) Touches(area string) bool {
	if s.Covers(area) {
		return true
	}
	for _, p := range s.prefixes {
		if strings.HasPrefix(p, area) {
			return true
		}
	}
	return false
}

// Within returns the part of s that lies in area: what remains when a user
// filters a list by area.
func (s Scope) Within(area string) Scope {
	if area == "" {
		return s
	}
	if s.Covers(area) {
		return Areas(area)
	}
	var kept []string
	for _, p := range s.prefixes {
		if strings.HasPrefix(p, area) {
			kept = append(kept, p)
		}
	}
	return Areas(kept...)
}
