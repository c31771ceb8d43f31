package main

// retired lists every code of an earlier release that is gone: code, last
// name, the code that took its place where that is certain, or "", and the
// version of the latest release that had it.
//
// A successor has the same name, at the same level, under a code that is new
// since the release which had the old one or that was another region's there. It is looked for in ever wider
// surroundings: where the parent is now, then the regency, then the province;
// the first that holds exactly one such region settles it, and one that holds
// several settles that there is none.
func retired(now release, earlier []release, versions []string) [][]string {
	var rows [][]string
	done := map[string]bool{}
	for i, old := range earlier {
		m := matcher{now: now, old: old, fresh: freshByName(now, old), found: map[string]string{}}
		for _, code := range old.codes() {
			if _, stays := now[code]; stays {
				continue
			}
			successor := m.successor(code) // parents come first in the order of codes
			if !done[code] {
				done[code] = true
				name := old[code]
				if successor != "" {
					name = now[successor] // the same name, without the capitals of old releases
				}
				rows = append(rows, []string{code, name, successor, versions[i]})
			}
		}
	}
	return rows
}

type matcher struct {
	now, old release
	fresh    map[string][]string // codes that are new or have a new name, by level and plain name
	found    map[string]string   // successors so far
}

func (m *matcher) successor(code string) string {
	candidates := m.fresh[key(code, m.old[code])]
	for p := parent(code); p != ""; p = parent(p) {
		var within []string
		for _, c := range candidates {
			if m.under(c, p) {
				within = append(within, c)
			}
		}
		if len(within) == 1 {
			m.found[code] = within[0]
			return within[0]
		}
		if len(within) > 1 {
			return ""
		}
	}
	// A regency that went to a new province keeps its name, and no other
	// regency has it.
	if len(code) == 4 && len(candidates) == 1 {
		m.found[code] = candidates[0]
		return candidates[0]
	}
	return ""
}

// under says whether the new code lies in what became of the old region.
func (m *matcher) under(code, region string) bool {
	if s, moved := m.found[region]; moved {
		region = s
	}
	return len(code) > len(region) && code[:len(region)] == region
}

func freshByName(now, old release) map[string][]string {
	fresh := map[string][]string{}
	for _, code := range now.codes() {
		if plain(old[code]) != plain(now[code]) {
			k := key(code, now[code])
			fresh[k] = append(fresh[k], code)
		}
	}
	return fresh
}

func key(code, name string) string { return string(rune('0'+len(code))) + plain(name) }

// renamed lists the earlier names of codes that are still in use: code and
// name. A name that a neighbour bears today is left out: there the code was
// given to another place, and the old name would lead to the wrong one.
func renamed(now release, earlier []release) [][]string {
	borne := map[string]bool{}
	for code, name := range now {
		borne[parent(code)+" "+key(code, name)] = true
	}
	var rows [][]string
	for _, old := range earlier {
		for code, name := range old {
			if _, stays := now[code]; !stays {
				continue
			}
			k := parent(code) + " " + key(code, name)
			if borne[k] {
				continue
			}
			borne[k] = true // the earlier releases repeat one another
			rows = append(rows, []string{code, name})
		}
	}
	return rows
}
