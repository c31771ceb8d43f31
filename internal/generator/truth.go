package generator

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"gotong/internal/civil"
	"gotong/internal/indicator"
)

// Summary counts what was generated. It is also written as truth/summary.json.
type Summary struct {
	Families int        `json:"families"`
	Persons  int        `json:"persons"`
	Villages int        `json:"villages"`
	Seed     uint64     `json:"seed"`
	AsOf     civil.Date `json:"as_of"`

	// The planted truths: lines of truth/*.csv without the heading.
	Duplicates    int `json:"duplicates"`
	Dead          int `json:"dead"`
	CivilServants int `json:"civil_servants"`
	Orphans       int `json:"orphans"`
	LoneElderly   int `json:"lone_elderly"`
	Disabled      int `json:"disabled"`
	UnsafeHouses  int `json:"unsafe_houses"`
	SecondEngine  int `json:"second_engine"`

	WithoutNIK   int   `json:"without_nik"`
	Fisherfolk   int   `json:"fisherfolk"` // families with a fisher
	FactsWritten int64 `json:"facts_written"`
	FactsMissing int64 `json:"facts_missing"`
}

// truths are the files of what is true, apart from what the registry is told.
type truths struct {
	def                                                         *indicator.Derivations
	duplicates, dead, servants, orphans, lone, disabled, unsafe *table
	second, welfare                                             *table
	degrees                                                     []string
	all                                                         []*table
}

func createTruths(dir string, def *indicator.Derivations, degrees []string) (*truths, error) {
	t := &truths{def: def, degrees: degrees}
	for _, f := range []struct {
		into    **table
		name    string
		heading string
	}{
		{&t.duplicates, "duplicates", "baris,id_keluarga,baris_asal,id_keluarga_asal,salah_nama,salah_nik,salah_tanggal"},
		{&t.dead, "dead", "baris,id_keluarga,tanggal_meninggal,dilaporkan"},
		{&t.servants, "civil_servants", "baris,id_keluarga,golongan,dilaporkan"},
		{&t.orphans, "orphans", "baris,id_keluarga,status,covid"},
		{&t.lone, "lone_elderly", "baris,id_keluarga,umur"},
		{&t.disabled, "disabled", "baris,id_keluarga,tingkat"},
		{&t.unsafe, "unsafe_houses", "baris,id_keluarga,sebab"},
		{&t.second, "second_engine", "baris,id_keluarga,umur"},
		{&t.welfare, "welfare", "id_keluarga,log_konsumsi,konsumsi"},
	} {
		table, err := createTable(dir, filepath.Join("truth", f.name+".csv"), f.heading)
		if err != nil {
			t.close()
			return nil, err
		}
		*f.into = table
		t.all = append(t.all, table)
	}
	return t, nil
}

func (t *truths) close() error {
	var first error
	for _, table := range t.all {
		if err := table.close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// family writes what is true of a family, whose row in keluarga.csv is line.
func (t *truths) family(s *Summary, f *family, line int64) error {
	t.welfare.text(f.id)
	t.welfare.number(int64(math.Round(f.theta * 1e6)))
	t.welfare.number(int64(math.Round(f.consumption())))
	if err := t.welfare.end(); err != nil {
		return err
	}
	if f.fishing {
		s.Fisherfolk++
	}
	if len(f.unsafe) == 0 {
		return nil
	}
	s.UnsafeHouses++
	why := f.unsafe[0]
	for _, w := range f.unsafe[1:] {
		why += "+" + w
	}
	return t.note(t.unsafe, line, f, why)
}

// person writes what is true of a person, whose row in anggota.csv is line.
func (t *truths) person(s *Summary, f *family, p *person, line int64) error {
	var err error
	note := func(count *int, table *table, cells ...string) {
		*count++
		if e := t.note(table, line, f, cells...); e != nil && err == nil {
			err = e
		}
	}
	if k := p.again; k != nil {
		note(&s.Duplicates, t.duplicates, fmt.Sprint(k.line), k.family, p.slips.name, p.slips.nik, p.slips.born)
	}
	if p.died != 0 {
		note(&s.Dead, t.dead, p.died.String(), yesNo(p.deathSaid))
	}
	if p.servant != "" {
		note(&s.CivilServants, t.servants, p.servant, yesNo(p.servantSaid))
	}
	if p.orphan.father || p.orphan.mother {
		note(&s.Orphans, t.orphans, p.orphan.String(), yesNo(p.covid))
	}
	if len(f.people) <= t.def.LoneElderlyMaxSize && p.age >= t.def.ElderlyFrom && p.died == 0 && !p.gone {
		note(&s.LoneElderly, t.lone, fmt.Sprint(p.age))
	}
	if degree := t.degrees[p.disability]; degree != "none" {
		note(&s.Disabled, t.disabled, degree)
	}
	if secondEngine(t.def, p) {
		note(&s.SecondEngine, t.second, fmt.Sprint(p.age))
	}
	if p.nik == "" {
		s.WithoutNIK++
	}
	return err
}

func (t *truths) note(table *table, line int64, f *family, cells ...string) error {
	table.number(line)
	table.text(f.id)
	for _, c := range cells {
		table.text(c)
	}
	return table.end()
}

func yesNo(b bool) string {
	if b {
		return "ya"
	}
	return "tidak"
}

// String returns the orphan indicator's option.
func (o orphanhood) String() string {
	switch {
	case o.father && o.mother:
		return "both"
	case o.father:
		return "fatherless"
	case o.mother:
		return "motherless"
	}
	return "none"
}

func (s Summary) write(dir string) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("generator: summary: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "truth", "summary.json"), append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("generator: %w", err)
	}
	return nil
}
