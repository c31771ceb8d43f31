package generator

import (
	"gotong/internal/civil"
)

// known is somebody registered earlier, who may come again.
type known struct {
	line                 int64 // in anggota.csv
	family, name, mother string
	nik                  string
	born                 civil.Date
	female               bool
}

// slips are the kinds of error of a second registration.
type slips struct{ name, nik, born string }

// duplicates registers people again. It remembers a bounded number of people
// from families before, the newest in place of chance ones, so that memory
// stays flat and second registrations lie mostly near the first.
type duplicates struct {
	p         Duplicates
	registrar *registrar
	reservoir []*known
	name      *weighted[string]
	nik       *weighted[string]
	born      *weighted[string]
}

func newDuplicates(p Duplicates, r *registrar) *duplicates {
	return &duplicates{p: p, registrar: r, name: kindsOf(p.Name), nik: kindsOf(p.NIK), born: kindsOf(p.Born)}
}

func kindsOf(steps Steps) *weighted[string] {
	w := new(weighted[string])
	for _, s := range steps {
		w.add(s.Code, s.Share)
	}
	return w
}

// remember puts a person of a finished family into the reservoir.
func (x *duplicates) remember(d *dice, f *family, p *person, line int64) {
	if p.again != nil || p.died != 0 || x.p.Reservoir == 0 {
		return
	}
	k := &known{line: line, family: f.id, name: p.name, mother: p.mother, nik: p.nik, born: p.born, female: p.female}
	if len(x.reservoir) < x.p.Reservoir {
		x.reservoir = append(x.reservoir, k)
		return
	}
	x.reservoir[d.IntN(len(x.reservoir))] = k
}

// register adds somebody from the reservoir to a family, now and then. The
// person's name and numbers are written by slip later, when everybody else
// has theirs.
func (x *duplicates) register(d *dice, f *family, today civil.Date, is relations) {
	if len(x.reservoir) == 0 || !d.chance(x.p.Families) {
		return
	}
	i := d.IntN(len(x.reservoir))
	k := x.reservoir[i]
	x.reservoir[i] = x.reservoir[len(x.reservoir)-1]
	x.reservoir = x.reservoir[:len(x.reservoir)-1]

	head := f.people[0]
	born := k.born
	s := slips{name: x.name.draw(d), nik: x.nik.draw(d), born: x.born.draw(d)}
	if s.born != "same" {
		if born = slipDay(d, k.born, s.born); born > today {
			born, s.born = k.born, "same"
		}
	}
	age := born.YearsOn(today)
	relation := is.other
	switch {
	case age >= head.age+17:
		relation = is.parent
	case age <= head.age-17:
		relation = is.child
	}
	p := f.add(d, today, relation, age, k.female)
	p.born, p.age, p.again, p.slips = born, age, k, s
}

// write gives a second registration its name and number, with their errors.
func (x *duplicates) write(d *dice, p *person) {
	k := p.again
	p.name, p.slips.name = slipName(d, k.name, p.slips.name)
	p.mother, p.nik = k.mother, k.nik
	if !d.chance(x.p.Mother.Same) {
		p.mother, _ = slipName(d, k.mother, "spelling")
	}
	switch {
	case k.nik == "":
		p.slips.nik = "missing"
	case p.slips.nik == "missing":
		p.nik = ""
	case p.slips.nik != "same":
		p.nik = slipNumber(d, x.registrar, k.nik, p.slips.nik)
	}
}
