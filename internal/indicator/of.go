package indicator

// Of returns a catalogue of just these indicators, such as the columns of a
// survey that the register does not ask for. Of two with one code in a level
// the later one counts.
func Of(all ...*Indicator) *Catalogue {
	c := &Catalogue{byCode: map[key]*Indicator{}, byNo: map[int]*Indicator{}}
	for _, i := range all {
		c.byCode[key{i.Level, i.Code}] = i
	}
	for _, i := range all {
		if c.byCode[key{i.Level, i.Code}] == i {
			c.all = append(c.all, i)
			c.byNo[i.No] = i
		}
	}
	return c
}
