package region

import "gotong/internal/fault"

// Successor returns the code that took the place of one that is out of use.
// It is false for a code in use, for one that never was, and for one whose
// place nothing took for certain.
func (a *Atlas) Successor(code string) (string, bool) {
	r, ok := a.retired[code]
	return r.successor, ok && r.successor != ""
}

// outOfUse returns the fault for a code that is retired or lies in a region
// that is, and nil for any other.
func (a *Atlas) outOfUse(code string) error {
	if r, ok := a.retired[code]; ok {
		if i, ok := a.find(r.successor); ok {
			return fault.Invalid("region.code.retired", "code", Dotted(code), "name", r.name,
				"successor", Dotted(r.successor), "path", a.path(i, ", "))
		}
		if i, ok := a.remains(code); ok {
			return fault.Invalid("region.code.retired_within", "code", Dotted(code), "name", r.name,
				"within", a.path(i, ", "), "within_code", Dotted(a.code(i)))
		}
		return fault.Invalid("region.code.retired_gone", "code", Dotted(code), "name", r.name)
	}
	for p := ParentOf(code); p != ""; p = ParentOf(p) {
		r, ok := a.retired[p]
		if !ok {
			continue
		}
		if i, ok := a.find(r.successor); ok {
			return fault.Invalid("region.code.retired_parent", "code", Dotted(code),
				"name", r.name, "parent", Dotted(p),
				"successor", Dotted(r.successor), "path", a.path(i, ", "))
		}
	}
	return nil
}

// remains finds the smallest region of today in which a retired code lay.
func (a *Atlas) remains(code string) (int32, bool) {
	for p := ParentOf(code); p != ""; p = ParentOf(p) {
		if i, ok := a.find(p); ok {
			return i, true
		}
		if i, ok := a.find(a.retired[p].successor); ok {
			return i, true
		}
	}
	return 0, false
}
