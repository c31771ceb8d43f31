// Package registrytest helps tests of the register: files of an office as
// they are imported, a service on a real database, and the suite that fixes
// what a registry.Store means.
package registrytest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/indicator"
	"gotong/internal/nik"
	"gotong/internal/region"
	"gotong/internal/registry"
)

// Office is the content of an office's two files, to be changed by a test
// and then written as CSV. A row is keyed by heading.
type Office struct {
	FamilyColumns, MemberColumns []string
	Families, Members            []map[string]string
}

var (
	familyColumns = []string{"id_keluarga", "no_kk", "kode_wilayah", "alamat", "rt", "rw", "tanggal_data"}
	memberColumns = []string{"id_keluarga", "nik", "nama", "tanggal_lahir", "jenis_kelamin", "hubungan", "nama_ibu", "rekening", "bank"}
	givenNames    = []string{"Siti", "Budi", "Agus", "Dewi", "Nur", "Muhammad", "Sri", "Eko", "Rina", "Hendra", "Wayan", "Ketut", "Maria", "Yosef"}
	lastNames     = []string{"Aminah", "Santoso", "Wibowo", "Lestari", "Hidayah", "Rahman", "Wahyuni", "Prasetyo", "Sari", "Gunawan", "Sitorus", "Kusuma"}
)

// NewOffice returns the files of n families in villages of a region, with
// three members on average and every indicator filled. Equal seeds give
// equal files.
func NewOffice(n int, seed uint64, within string) *Office {
	c, atlas := indicator.Default(), region.Default()
	random := rand.New(rand.NewPCG(seed, seed))
	o := &Office{FamilyColumns: familyColumns, MemberColumns: memberColumns}
	for _, i := range c.Stored(indicator.Family) {
		o.FamilyColumns = append(o.FamilyColumns[:len(o.FamilyColumns):len(o.FamilyColumns)], i.Code)
	}
	for _, i := range c.Stored(indicator.Person) {
		o.MemberColumns = append(o.MemberColumns[:len(o.MemberColumns):len(o.MemberColumns)], i.Code)
	}
	villages := atlas.Descendants(within, region.Village)
	if len(villages) == 0 {
		r, _ := atlas.Lookup(within)
		villages = []region.Region{r}
	}
	serial := 0
	for f := range n {
		v := villages[f*len(villages)/n]
		key := fmt.Sprintf("K%06d", f+1)
		row := map[string]string{"id_keluarga": key, "no_kk": fmt.Sprintf("%s%06d%04d", v.Code[:6], 150110+f/9000, f%9000+1),
			"kode_wilayah": v.Code, "alamat": fmt.Sprintf("Jl. Melati No. %d", f%200+1), "rt": fmt.Sprintf("%03d", f%12+1),
			"rw": fmt.Sprintf("%03d", f%7+1), "tanggal_data": "2025-03-14"}
		fill(random, row, c.Stored(indicator.Family))
		o.Families = append(o.Families, row)
		size := 1 + random.IntN(5)
		for m := range size {
			serial++
			o.Members = append(o.Members, member(random, c, key, v.Code[:6], m, serial))
		}
	}
	return o
}

func member(random *rand.Rand, c *indicator.Catalogue, key, district string, at, serial int) map[string]string {
	relation, born := "child", civil.Of(2005+random.IntN(18), 1, 1).AddDays(random.IntN(365))
	female := random.IntN(2) == 0
	switch at {
	case 0:
		relation, born, female = "head", civil.Of(1950+random.IntN(45), 1, 1).AddDays(random.IntN(365)), random.IntN(5) == 0
	case 1:
		relation, born, female = "spouse", civil.Of(1955+random.IntN(40), 1, 1).AddDays(random.IntN(365)), true
	}
	row := map[string]string{"id_keluarga": key, "nik": string(nik.Build(district, born, female, serial%9000+1)),
		"nama":          givenNames[random.IntN(len(givenNames))] + " " + lastNames[random.IntN(len(lastNames))],
		"tanggal_lahir": born.String(), "jenis_kelamin": map[bool]string{false: "L", true: "P"}[female], "hubungan": relation,
		"nama_ibu": givenNames[random.IntN(len(givenNames))]}
	if at == 0 {
		row["rekening"], row["bank"] = fmt.Sprintf("00%010d", serial), "BRI"
	}
	fill(random, row, c.Stored(indicator.Person))
	return row
}

func fill(random *rand.Rand, row map[string]string, indicators []*indicator.Indicator) {
	for _, i := range indicators {
		switch i.Kind {
		case indicator.Bool:
			row[i.Code] = i.Text(int64(random.IntN(2)))
		case indicator.Choice:
			row[i.Code] = i.Options[random.IntN(len(i.Options))].Code
		case indicator.Date:
			row[i.Code] = civil.Of(2020, 1, 1).AddDays(random.IntN(1000)).String()
		default:
			from, to := int64(0), int64(500)
			if i.Min != nil {
				from = *i.Min
			}
			if i.Max != nil {
				to = *i.Max
			}
			row[i.Code] = i.Text(from + random.Int64N(to-from+1))
		}
	}
}

// Files writes the office's files.
func (o *Office) Files() registry.Files {
	return registry.Files{
		Family: registry.NewFile("keluarga.csv", write(o.FamilyColumns, o.Families, ',')),
		Member: registry.NewFile("anggota.csv", write(o.MemberColumns, o.Members, ',')),
	}
}

// WithSemicolons writes them as a spreadsheet set to Indonesian does.
func (o *Office) WithSemicolons() registry.Files {
	return registry.Files{
		Family: registry.NewFile("keluarga.csv", append([]byte("\ufeff"), write(o.FamilyColumns, o.Families, ';')...)),
		Member: registry.NewFile("anggota.csv", append([]byte("\ufeff"), write(o.MemberColumns, o.Members, ';')...)),
	}
}

func write(columns []string, rows []map[string]string, comma rune) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	_ = w.Write(columns)
	record := make([]string, len(columns))
	for _, row := range rows {
		for i, c := range columns {
			record[i] = row[strings.TrimSpace(c)]
		}
		_ = w.Write(record)
	}
	w.Flush()
	return b.Bytes()
}

// Row returns the number that a spreadsheet shows for the i-th row of data.
func Row(i int) string { return strconv.Itoa(i + 2) }

// Content returns what a file holds.
func Content(f registry.File) []byte {
	if f.Data == nil {
		return nil
	}
	b, err := io.ReadAll(io.NewSectionReader(f.Data, 0, f.Size))
	if err != nil {
		panic(err) // of a file in memory
	}
	return b
}
