package generator

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"testing"

	"gotong/internal/column"
	"gotong/internal/indicator"
)

// batch reads the sample as a snapshot would hold it.
func batch(t *testing.T, d *district) *column.Batch {
	t.Helper()
	c := indicator.Default()
	b := &column.Batch{Families: column.NewTable(len(d.families)), Members: column.NewTable(len(d.persons))}
	fill := func(l indicator.Level, table *column.Table, rows []record, extra map[string]string) {
		put := func(i *indicator.Indicator, name string) {
			col := table.Add(i.Code)
			for k, r := range rows {
				cell := r.cells[name]
				if name == "jenis_kelamin" {
					cell = map[string]string{"L": "male", "P": "female"}[cell]
				}
				if cell == "" {
					continue
				}
				v, err := i.Parse(cell)
				if err != nil {
					t.Fatal(err)
				}
				col.Set(k, v)
			}
		}
		for _, i := range c.Stored(l) {
			put(i, i.Code)
		}
		for code, name := range extra {
			i, _ := c.Lookup(l, code)
			put(i, name)
		}
	}
	fill(indicator.Family, b.Families, d.families, map[string]string{"area": "kode_wilayah"})
	fill(indicator.Person, b.Members, d.persons, map[string]string{"born": "tanggal_lahir", "sex": "jenis_kelamin", "relation": "hubungan"})
	next := 0
	for _, f := range d.families {
		b.Offsets = append(b.Offsets, int32(next))
		for next < len(d.persons) && d.persons[next].cells["id_keluarga"] == f.cells["id_keluarga"] {
			next++
		}
	}
	b.Offsets = append(b.Offsets, int32(next))
	if err := c.Derive(asOf, b); err != nil {
		t.Fatal(err)
	}
	return b
}

// planted returns the lines of a truth.
func planted(t *testing.T, d *district, name string) map[int]record {
	t.Helper()
	lines := map[int]record{}
	for _, r := range read(t, d.dir, "truth/"+name+".csv") {
		line, err := strconv.Atoi(r.cells["baris"])
		if err != nil {
			t.Fatal(err)
		}
		lines[line] = r
	}
	return lines
}

// What the system derives from the files is what was planted, wherever the
// facts are known and no death was kept back.
func TestDerivedFactsAgreeWithTheTruth(t *testing.T) {
	d := sample(t)
	b := batch(t, d)
	dead, second, lone := planted(t, d, "dead"), planted(t, d, "second_engine"), planted(t, d, "lone_elderly")
	knownRows := 0
	for k, r := range d.persons {
		if _, died := dead[r.line]; died {
			continue
		}
		_, want := second[r.line]
		if got, known := b.Members.Columns["second_engine"].At(k); known {
			knownRows++
			if (got == 1) != want {
				t.Errorf("line %d: second engine %v, planted %v", r.line, got == 1, want)
			}
		}
		alone, _ := b.Members.Columns["lives_alone"].At(k)
		age, _ := b.Members.Columns["age"].At(k)
		if _, want := lone[r.line]; want && (alone != 1 || age < 60) {
			t.Errorf("line %d: a lone elderly of %d who lives alone: %d", r.line, age, alone)
		}
	}
	if share := float64(knownRows) / float64(len(d.persons)); share < 0.85 || share > 0.995 {
		t.Errorf("the second engine is known of %.2f of all", share)
	}
}

func TestTruthsAreOnlyPartlyTold(t *testing.T) {
	d := sample(t)
	told := func(name string) (yes, no int) {
		for line, r := range planted(t, d, name) {
			p := d.persons[line-2].cells
			said := p["presence"] == "died"
			if name == "civil_servants" {
				said = p["work_status"] == r.cells["golongan"]
				if p["work_status"] == "" {
					continue // left empty by chance
				}
			}
			if said != (r.cells["dilaporkan"] == "ya") {
				t.Errorf("%s, line %d: told %v, the truth says %s", name, line, said, r.cells["dilaporkan"])
			}
			if said {
				yes++
			} else {
				no++
			}
		}
		return yes, no
	}
	for _, name := range []string{"dead", "civil_servants"} {
		if yes, no := told(name); yes == 0 || no == 0 {
			t.Errorf("%s: %d told, %d hidden", name, yes, no)
		}
	}
}

func TestOrphansAreChildren(t *testing.T) {
	d := sample(t)
	covid := 0
	for line, r := range planted(t, d, "orphans") {
		p := d.persons[line-2].cells
		if p["tanggal_lahir"] <= "2007-06-30" {
			t.Errorf("line %d: an orphan born on %s", line, p["tanggal_lahir"])
		}
		if p["orphan"] != "" && p["orphan"] != r.cells["status"] {
			t.Errorf("line %d: %s, planted %s", line, p["orphan"], r.cells["status"])
		}
		if r.cells["covid"] == "ya" {
			covid++
		}
	}
	if covid == 0 {
		t.Error("no parent died of Covid-19")
	}
}

// The shape of the district: sizes, ages, what is missing, fisherfolk.
func TestTheDistrictIsPlausible(t *testing.T) {
	d := sample(t)
	s := d.summary
	within := func(what string, got, from, to float64) {
		t.Helper()
		if got < from || got > to {
			t.Errorf("%s is %.4f, want %.4f to %.4f", what, got, from, to)
		}
	}
	within("mean size", float64(s.Persons)/float64(s.Families), 2.9, 3.1)
	within("missing facts", float64(s.FactsMissing)/float64(s.FactsMissing+s.FactsWritten), 0.008, 0.030)
	within("without NIK", float64(s.WithoutNIK)/float64(s.Persons), 0.02, 0.045)
	names, women, old, fishers, fishing := map[string]int{}, 0, 0, 0, 0
	zero := 0
	for _, r := range d.persons {
		names[r.cells["nama"]]++
		if r.cells["jenis_kelamin"] == "P" {
			women++
		}
		if r.cells["tanggal_lahir"] <= "1965-06-30" {
			old++
		}
		if r.cells["sector"] == "fishing" {
			fishers++
			if v := r.cells["id_keluarga"][:10]; v == "3172041004" || v == "3172041003" {
				fishing++
			}
		}
		if a := r.cells["rekening"]; a != "" && a[0] == '0' {
			zero++
		}
	}
	n := float64(s.Persons)
	within("women", float64(women)/n, 0.47, 0.55)
	within("elderly", float64(old)/n, 0.09, 0.15)
	within("names that differ", float64(len(names))/n, 0.40, 1)
	if fishers < 40 || fishing != fishers || zero == 0 {
		t.Errorf("%d fishers, %d of them in fishing villages; %d accounts begin with zero", fishers, fishing, zero)
	}
}

// Welfare shows in what a family owns, though not wholly.
func TestWelfareCanBeSeen(t *testing.T) {
	d := sample(t)
	truth := map[string]float64{}
	for _, r := range read(t, d.dir, "truth/welfare.csv") {
		micro, err := strconv.ParseFloat(r.cells["log_konsumsi"], 64)
		if err != nil {
			t.Fatal(err)
		}
		truth[r.cells["id_keluarga"]] = micro / 1e6
	}
	var things, welfare []float64
	for _, r := range d.families {
		n := 0.0
		for _, code := range []string{"fridge", "ac", "computer", "motorcycle", "car", "gold", "smartphone"} {
			if r.cells[code] == "ya" {
				n++
			}
		}
		things, welfare = append(things, n), append(welfare, truth[r.cells["id_keluarga"]])
	}
	if rho := correlation(things, welfare); rho < 0.45 || rho > 0.8 {
		t.Errorf("things owned correlate with welfare by %.2f", rho)
	}
	slices.SortFunc(welfare, cmp.Compare[float64])
	if median := math.Exp(welfare[len(welfare)/2]); median < 900_000 || median > 2_500_000 {
		t.Errorf("the median family consumes Rp%.0f a person and month", median)
	}
}

func correlation(x, y []float64) float64 {
	var sx, sy, sxx, syy, sxy float64
	n := float64(len(x))
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
		sxx, syy, sxy = sxx+x[i]*x[i], syy+y[i]*y[i], sxy+x[i]*y[i]
	}
	return (n*sxy - sx*sy) / math.Sqrt((n*sxx-sx*sx)*(n*syy-sy*sy))
}
