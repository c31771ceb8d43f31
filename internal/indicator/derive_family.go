package indicator

import (
	"gotong/internal/column"
)

// familyColumns is what is read and derived of families.
type familyColumns struct {
	d *Derivations

	area, floorArea *column.Column // read

	urban, size, children, adults, elderly, dependants       *column.Column
	workingAdults, earners, secondEngine, disabled, atSchool *column.Column
	loneElderly, headAge, headFemale, headUnemployed         *column.Column
	headSchooling, maxSchooling, areaPerPerson               *column.Column
	income, incomePerPerson                                  *column.Column
}

func (d *Derivations) families(t *column.Table) *familyColumns {
	return &familyColumns{
		d:    d,
		area: source(t, "area"), floorArea: source(t, "floor_area"),
		urban: t.Add("urban"), size: t.Add("size"), children: t.Add("children"), adults: t.Add("adults"),
		elderly: t.Add("elderly"), dependants: t.Add("dependants"), workingAdults: t.Add("working_adults"),
		earners: t.Add("earners"), secondEngine: t.Add("second_engine_adults"), disabled: t.Add("disabled"),
		atSchool: t.Add("at_school"), loneElderly: t.Add("lone_elderly"), headAge: t.Add("head_age"),
		headFemale: t.Add("head_female"), headUnemployed: t.Add("head_unemployed"),
		headSchooling: t.Add("head_schooling"), maxSchooling: t.Add("max_schooling"),
		areaPerPerson: t.Add("floor_area_per_person"), income: t.Add("income_total"),
		incomePerPerson: t.Add("income_per_person"),
	}
}

// tally adds up members; one member who cannot be told leaves it unknown.
type tally struct {
	n       int64
	unknown bool
}

func (t *tally) count(x truth) {
	switch x {
	case yes:
		t.n++
	case unknown:
		t.unknown = true
	}
}

func (t *tally) set(c *column.Column, row int) {
	if !t.unknown {
		c.Set(row, t.n)
	}
}

// derive works out family i, whose members are rows from to to.
func (f *familyColumns) derive(i int, m *memberColumns, from, to int) {
	var size, children, adults, elderly, workingAdults, earners, second, disabled, atSchool, income tally
	var schooling highest
	head := -1
	for row := from; row < to; row++ {
		if in, _ := m.inFamily.At(row); in == 0 {
			continue
		}
		if h, _ := m.isHead.At(row); h == 1 && head < 0 {
			head = row
		}
		size.n++
		age, known := m.age.At(row)
		stage := func(b bool) truth {
			if !known {
				return unknown
			}
			return truthOf(b)
		}
		productive := stage(f.d.ProductiveAge.Has(age))
		children.count(stage(age < int64(f.d.ChildUnder)))
		adults.count(productive)
		elderly.count(stage(age >= int64(f.d.ElderlyFrom)))

		working := and(stage(age >= int64(f.d.WorkingFrom)), m.working.of(row))
		earners.count(working)
		workingAdults.count(and(productive, working))
		addIncome(&income, m, row, working)
		disabled.count(m.disabled.of(row))
		atSchool.count(m.atSchool.of(row))
		v, ok := m.secondEngine.At(row)
		second.add(v, ok)
		schooling.member(stage(age >= int64(f.d.ChildUnder)), m.years, row)
	}
	size.set(f.size, i)
	children.set(f.children, i)
	adults.set(f.adults, i)
	elderly.set(f.elderly, i)
	(&tally{children.n + elderly.n, children.unknown || elderly.unknown}).set(f.dependants, i)
	workingAdults.set(f.workingAdults, i)
	earners.set(f.earners, i)
	second.set(f.secondEngine, i)
	disabled.set(f.disabled, i)
	atSchool.set(f.atSchool, i)
	schooling.set(f.maxSchooling, i)
	f.alone(i, m, from, to, size.n, elderly)
	f.head(i, m, head)
	f.perPerson(i, size.n, income)
	if a, known := f.area.At(i); known {
		f.urban.Set(i, int64(truthOf(f.d.Urban(a))))
	}
}

func (t *tally) add(n int64, known bool) {
	t.n += n
	t.unknown = t.unknown || !known
}

func and(a, b truth) truth {
	switch {
	case a == no || b == no:
		return no
	case a == yes && b == yes:
		return yes
	}
	return unknown
}

// addIncome counts a member who does not work as without income unless one
// is on record, since the form asks only those who work.
func addIncome(sum *tally, m *memberColumns, row int, working truth) {
	v, known := m.income.At(row)
	switch {
	case known:
		sum.n += v
	case working != no:
		sum.unknown = true
	}
}

// highest is the largest value among members of a kind.
type highest struct {
	n       int64
	some    bool
	unknown bool
}

func (h *highest) member(is truth, c *column.Column, row int) {
	v, known := c.At(row)
	switch {
	case is == no:
	case is == unknown || !known:
		h.unknown = true
	default:
		h.n, h.some = max(h.n, v), true
	}
}

func (h *highest) set(c *column.Column, row int) {
	if h.some && !h.unknown {
		c.Set(row, h.n)
	}
}

func (f *familyColumns) alone(i int, m *memberColumns, from, to int, size int64, elderly tally) {
	for row := from; row < to; row++ {
		in, _ := m.inFamily.At(row)
		m.livesAlone.Set(row, int64(truthOf(in == 1 && size == 1)))
	}
	switch few := size > 0 && size <= int64(f.d.LoneElderlyMaxSize); {
	case !few:
		f.loneElderly.Set(i, 0)
	case !elderly.unknown:
		f.loneElderly.Set(i, int64(truthOf(elderly.n == size)))
	}
}

func (f *familyColumns) head(i int, m *memberColumns, row int) {
	if row < 0 {
		return
	}
	if v, known := m.age.At(row); known {
		f.headAge.Set(i, v)
	}
	if v, known := m.sex.At(row); known {
		f.headFemale.Set(i, int64(truthOf(v == sexFemale)))
	}
	if v, known := m.years.At(row); known {
		f.headSchooling.Set(i, v)
	}
	set(f.headUnemployed, i, not(m.working.of(row)))
}

// sexFemale is the option number of women in the sex indicator (Regsosek
// 2022 K, r. 405); TestRelationHead holds it to the catalogue.
const sexFemale = 2

func (f *familyColumns) perPerson(i int, size int64, income tally) {
	income.set(f.income, i)
	if size == 0 {
		return
	}
	if !income.unknown {
		f.incomePerPerson.Set(i, income.n/size)
	}
	if v, known := f.floorArea.At(i); known {
		f.areaPerPerson.Set(i, v*100/size)
	}
}
