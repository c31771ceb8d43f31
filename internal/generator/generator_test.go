package generator

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/nik"
	"gotong/internal/region"
)

var asOf = civil.MustParse("2025-06-30")

func generate(t testing.TB, o Options) (Summary, string) {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	o.AsOf = asOf
	s, err := Generate(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s, o.Dir
}

// record is a row of a file by column, with its line.
type record struct {
	line  int
	cells map[string]string
}

func read(t testing.TB, dir, name string) []record {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var list []record
	for i, row := range rows[1:] {
		r := record{i + 2, map[string]string{}}
		for k, cell := range row {
			r.cells[rows[0][k]] = cell
		}
		list = append(list, r)
	}
	return list
}

// district is 4,000 families that several tests look at.
type district struct {
	summary           Summary
	dir               string
	families, persons []record
}

var sampleOnce struct {
	sync.Once
	district
}

func sample(t testing.TB) *district {
	sampleOnce.Do(func() {
		dir, err := os.MkdirTemp("", "generator")
		if err != nil {
			t.Fatal(err)
		}
		d := &sampleOnce.district
		d.summary, d.dir = generate(t, Options{Families: 4000, Seed: 7, Dir: dir})
		d.families, d.persons = read(t, dir, FamiliesFile), read(t, dir, PersonsFile)
	})
	if sampleOnce.persons == nil {
		t.Fatal("the sample could not be made")
	}
	return &sampleOnce.district
}

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(sampleOnce.dir)
	os.Exit(code)
}

func TestTheSeedDecidesEveryByte(t *testing.T) {
	files := func(seed uint64) map[string]string {
		_, dir := generate(t, Options{Families: 300, Seed: seed, Regions: []string{"317204", "32.04.05"}})
		all := map[string]string{}
		for _, pattern := range []string{"*.csv", "truth/*"} {
			names, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				b, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				all[filepath.Base(name)] = string(b)
			}
		}
		return all
	}
	one, again, other := files(1), files(1), files(2)
	if len(one) != 12 {
		t.Errorf("%d files, want 12", len(one))
	}
	for name := range one {
		if one[name] != again[name] {
			t.Errorf("%s differs between two runs of one seed", name)
		}
		if one[name] == other[name] {
			t.Errorf("%s is the same for another seed", name)
		}
	}
}

func TestEveryCellIsReadByTheCatalogue(t *testing.T) {
	d := sample(t)
	c := indicator.Default()
	relation, _ := c.Lookup(indicator.Person, "relation")
	for _, file := range []struct {
		level indicator.Level
		rows  []record
	}{{indicator.Family, d.families}, {indicator.Person, d.persons}} {
		for _, i := range c.Stored(file.level) {
			filled := 0
			for _, r := range file.rows {
				cell, ok := r.cells[i.Code]
				if !ok {
					t.Fatalf("there is no column %s", i.Code)
				}
				if cell == "" {
					continue
				}
				filled++
				if _, err := i.Parse(cell); err != nil {
					t.Fatalf("line %d: %v", r.line, err)
				}
			}
			if filled == 0 {
				t.Errorf("nobody has an answer to %s", i.Code)
			}
		}
	}
	ids := map[string]bool{}
	for _, r := range d.families {
		ids[r.cells["id_keluarga"]] = true
		if _, err := region.Default().Parse(r.cells["kode_wilayah"]); err != nil {
			t.Fatalf("line %d: %v", r.line, err)
		}
		day, err := civil.Parse(r.cells["tanggal_data"])
		if err != nil || day > asOf {
			t.Fatalf("line %d: observed on %s: %v", r.line, r.cells["tanggal_data"], err)
		}
	}
	for _, r := range d.persons {
		if !ids[r.cells["id_keluarga"]] {
			t.Fatalf("line %d: family %s is not in the other file", r.line, r.cells["id_keluarga"])
		}
		if _, err := relation.Parse(r.cells["hubungan"]); err != nil {
			t.Fatalf("line %d: %v", r.line, err)
		}
		if day, err := civil.Parse(r.cells["tanggal_lahir"]); err != nil || day > asOf {
			t.Fatalf("line %d: born %s: %v", r.line, r.cells["tanggal_lahir"], err)
		}
		if s := r.cells["jenis_kelamin"]; s != "L" && s != "P" || r.cells["nama"] == "" || r.cells["nama_ibu"] == "" {
			t.Fatalf("line %d: sex %q, name %q, mother %q", r.line, s, r.cells["nama"], r.cells["nama_ibu"])
		}
	}
}

func TestTheSummaryAddsUp(t *testing.T) {
	d := sample(t)
	s := d.summary
	if s.Families != 4000 || len(d.families) != s.Families || len(d.persons) != s.Persons {
		t.Errorf("%d families and %d persons, the files have %d and %d", s.Families, s.Persons, len(d.families), len(d.persons))
	}
	for name, want := range map[string]int{
		"duplicates": s.Duplicates, "dead": s.Dead, "civil_servants": s.CivilServants, "orphans": s.Orphans,
		"lone_elderly": s.LoneElderly, "disabled": s.Disabled, "unsafe_houses": s.UnsafeHouses,
		"second_engine": s.SecondEngine, "welfare": s.Families,
	} {
		if got := len(read(t, d.dir, "truth/"+name+".csv")); got != want || want == 0 {
			t.Errorf("%s has %d lines, the summary says %d", name, got, want)
		}
	}
	without, facts := 0, int64(0)
	for _, r := range d.persons {
		if r.cells["nik"] == "" {
			without++
		}
	}
	for level, rows := range map[indicator.Level][]record{indicator.Family: d.families, indicator.Person: d.persons} {
		for _, i := range indicator.Default().Stored(level) {
			for _, r := range rows {
				if r.cells[i.Code] != "" {
					facts++
				}
			}
		}
	}
	if without != s.WithoutNIK || facts != s.FactsWritten {
		t.Errorf("%d without NIK and %d facts, the summary says %d and %d", without, facts, s.WithoutNIK, s.FactsWritten)
	}
	var written Summary
	b, err := os.ReadFile(filepath.Join(d.dir, "truth", "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &written); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, written); diff != "" {
		t.Errorf("summary.json (-returned +written):\n%s", diff)
	}
}

func TestNumbers(t *testing.T) {
	d := sample(t)
	again := map[int]record{}
	for _, r := range read(t, d.dir, "truth/duplicates.csv") {
		line, _ := strconv.Atoi(r.cells["baris"])
		again[line] = r
	}
	holder, cards := map[string]int{}, map[string]bool{}
	differ, elsewhere, retired := 0, 0, 0
	for _, r := range d.persons {
		number := r.cells["nik"]
		if _, ok := again[r.line]; ok || number == "" {
			continue
		}
		n, problem := nik.Parse(number)
		if problem != "" {
			t.Fatalf("line %d: %s is no NIK: %s", r.line, number, problem)
		}
		if other := holder[number]; other != 0 {
			t.Errorf("lines %d and %d share %s", other, r.line, number)
		}
		holder[number] = r.line
		if len(n.Check(civil.MustParse(r.cells["tanggal_lahir"]), r.cells["jenis_kelamin"] == "P")) > 0 {
			differ++
		}
		if n.District() != r.cells["id_keluarga"][:6] {
			elsewhere++
		}
		if _, ok := region.Default().Lookup(n.District()); !ok {
			retired++
		}
	}
	for _, r := range d.families {
		number := r.cells["no_kk"]
		if number == "" {
			continue
		}
		if _, problem := nik.Parse(number); problem != "" || cards[number] {
			t.Errorf("line %d: card %s is malformed (%s) or given twice", r.line, number, problem)
		}
		cards[number] = true
	}
	total := len(holder)
	if differ == 0 || differ > total/50 || elsewhere < total/10 || elsewhere > total/2 || retired == 0 {
		t.Errorf("of %d: %d differ from the birth date, %d are from elsewhere, %d from retired codes", total, differ, elsewhere, retired)
	}
	for _, r := range again {
		line, _ := strconv.Atoi(r.cells["baris"])
		number := d.persons[line-2].cells["nik"]
		if other := holder[number]; r.cells["salah_nik"] != "same" && number != "" && other != 0 {
			t.Errorf("the slip on line %d names the holder on line %d", line, other)
		}
	}
}

func TestDuplicatesPointBack(t *testing.T) {
	d := sample(t)
	list := read(t, d.dir, "truth/duplicates.csv")
	if want := 4000 * DefaultProfile().Duplicates.Families; math.Abs(float64(len(list))-want) > want/2 {
		t.Errorf("%d duplicates, about %.0f were to be planted", len(list), want)
	}
	for _, r := range list {
		line, _ := strconv.Atoi(r.cells["baris"])
		first, _ := strconv.Atoi(r.cells["baris_asal"])
		if first >= line {
			t.Fatalf("line %d is a duplicate of the later line %d", line, first)
		}
		a, b := d.persons[first-2].cells, d.persons[line-2].cells
		if a["id_keluarga"] != r.cells["id_keluarga_asal"] || b["id_keluarga"] != r.cells["id_keluarga"] || a["id_keluarga"] == b["id_keluarga"] {
			t.Errorf("the families of lines %d and %d are not those of the truth", first, line)
		}
		if a["jenis_kelamin"] != b["jenis_kelamin"] {
			t.Errorf("line %d changed sex", line)
		}
		for column, kind := range map[string]string{"nama": r.cells["salah_nama"], "nik": r.cells["salah_nik"], "tanggal_lahir": r.cells["salah_tanggal"]} {
			switch {
			case kind == "missing":
				if b[column] != "" {
					t.Errorf("line %d: %s is %q, the truth says missing", line, column, b[column])
				}
			case (kind == "same") != (a[column] == b[column]):
				t.Errorf("line %d: %s is %q, was %q, the truth says %s", line, column, b[column], a[column], kind)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	for name, o := range map[string]Options{
		"no families":    {AsOf: asOf},
		"unknown region": {Families: 1, AsOf: asOf, Regions: []string{"317299"}},
		"too early":      {Families: 1, AsOf: civil.MustParse("1980-01-01")},
	} {
		o.Dir = t.TempDir()
		if _, err := Generate(context.Background(), o); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	if _, err := Generate(ctx, Options{Families: 10, AsOf: asOf, Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "truth", "summary.json")); err == nil {
		t.Error("a generation that was cut off has a summary")
	}
}

func TestProgress(t *testing.T) {
	var last int
	generate(t, Options{Families: 600, Seed: 1, Progress: func(done, total int) {
		if done < last || total != 600 {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	}})
	if last != 600 {
		t.Errorf("the last progress is %d", last)
	}
}

func BenchmarkGenerate(b *testing.B) {
	dir := b.TempDir()
	persons := 0
	for b.Loop() {
		s, _ := generate(b, Options{Families: 20_000, Seed: 1, Dir: dir})
		persons += s.Persons
	}
	b.ReportMetric(float64(persons)/b.Elapsed().Seconds(), "persons/s")
}
