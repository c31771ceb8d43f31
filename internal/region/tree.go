package region

import "slices"

// Lookup returns the region of a code: digits without dots, as the program
// stores it. It is false for a code that does not exist, any more or at all;
// Parse says which, and is the way in for what people and files bring.
func (a *Atlas) Lookup(code string) (Region, bool) {
	i, ok := a.find(code)
	if !ok {
		return Region{}, false
	}
	return a.region(i), true
}

// Len returns the number of regions of a level, or of all levels for Nation.
func (a *Atlas) Len(level Level) int {
	if level == Nation {
		return len(a.rows)
	}
	n := 0
	for _, r := range a.rows {
		if r.level == level {
			n++
		}
	}
	return n
}

// Children returns the regions right below a region, by code; the provinces
// for "". A village and an unknown code have none.
func (a *Atlas) Children(code string) []Region { return a.regions(a.children(code)) }

// Descendants returns the regions of a level within a region (or within the
// nation, ""), by code: all villages of a regency, say.
func (a *Atlas) Descendants(code string, level Level) []Region {
	from, to := int32(0), int32(len(a.rows))
	if code != "" {
		i, ok := a.find(code)
		if !ok {
			return nil
		}
		from, to = i+1, a.rows[i].end
	}
	var rows []int32
	for i := from; i < to; i++ {
		if a.rows[i].level == level {
			rows = append(rows, i)
		}
	}
	return a.regions(rows)
}

// Ancestors returns the regions that hold a region, the province first and
// without the region itself.
func (a *Atlas) Ancestors(code string) []Region {
	i, ok := a.find(code)
	if !ok {
		return nil
	}
	rows := a.above(i)
	slices.Reverse(rows)
	return a.regions(rows)
}

// Path returns the name of a region and of all that hold it, the smallest
// first: "Kalibaru, Cilincing, Kota Administrasi Jakarta Utara, DKI Jakarta".
// An unknown code is returned with its dots, so that a screen can still show it.
func (a *Atlas) Path(code, sep string) string {
	i, ok := a.find(code)
	if !ok {
		return Dotted(code)
	}
	return a.path(i, sep)
}

// Name returns the name of a region as screens show it: the short one where
// there is one (DKI Jakarta), else the official one. An unknown code is
// returned with its dots.
func (a *Atlas) Name(code string) string {
	i, ok := a.find(code)
	if !ok {
		return Dotted(code)
	}
	return a.said(i)
}

func (a *Atlas) regions(rows []int32) []Region {
	if rows == nil {
		return nil
	}
	list := make([]Region, len(rows))
	for n, i := range rows {
		list[n] = a.region(i)
	}
	return list
}
