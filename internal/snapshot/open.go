package snapshot

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"sort"
	"strconv"

	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
)

// Snapshot is an opened snapshot. Its partitions are read, and verified,
// one at a time. It is safe for concurrent use.
type Snapshot struct {
	Manifest
	dir       string
	catalogue *indicator.Catalogue
}

// Open opens the snapshot in dir. It returns fault.Invalid when its manifest
// is not the one that the key has signed, or when the catalogue in use gives
// its columns another meaning.
func Open(dir string, key ed25519.PublicKey, c *indicator.Catalogue) (*Snapshot, error) {
	m, err := readManifest(dir, key)
	if err != nil {
		return nil, err
	}
	if CatalogueDigest(c, m.AsOf) != m.Catalogue {
		return nil, fault.Invalid("snapshot.other_catalogue")
	}
	return &Snapshot{Manifest: m, dir: dir, catalogue: c}, nil
}

// Partition is a verified partition in memory. It is safe for concurrent use.
type Partition struct {
	Part
	catalogue *indicator.Catalogue
	file      *File
	ends      Cells
}

// Partition reads the file of a part and holds it against its digest. It
// returns fault.Invalid when a bit of it has changed.
func (s *Snapshot) Partition(p Part) (*Partition, error) {
	f, err := ReadFile(filepath.Join(s.dir, p.File), p.Sum)
	if err != nil {
		return nil, err
	}
	return &Partition{Part: p, catalogue: s.catalogue, file: f, ends: f.Cells(memberEnd)}, nil
}

// PartOf returns the part that holds an area's families.
func (s *Snapshot) PartOf(area string) (Part, bool) {
	want := partitionOf(area)
	i := sort.Search(len(s.Parts), func(i int) bool { return s.Parts[i].Area >= want })
	if i == len(s.Parts) || s.Parts[i].Area != want {
		return Part{}, false
	}
	return s.Parts[i], true
}

// Families is a stretch of a partition's families as a batch, and who they are.
type Families struct {
	column.Batch
	IDs       []ident.ID
	Areas     []int64 // the villages' ten digits
	MemberIDs []ident.ID

	First       int // row in the partition of family row 0
	FirstMember int // row in the partition of member row 0
}

// Area returns the village of family i.
func (f *Families) Area(i int) string { return strconv.FormatInt(f.Areas[i], 10) }

// Columns says which indicators to read. The zero Columns reads all.
type Columns struct {
	some   bool
	family map[string]bool
	person map[string]bool
}

// Only returns a choice of columns to which With adds.
func Only() Columns {
	return Columns{some: true, family: map[string]bool{}, person: map[string]bool{}}
}

// With adds an indicator to the choice and returns the choice.
func (c Columns) With(l indicator.Level, code string) Columns {
	if l == indicator.Family {
		c.family[code] = true
	} else {
		c.person[code] = true
	}
	return c
}

func (c Columns) has(i *indicator.Indicator) bool {
	return !c.some || i.Level == indicator.Family && c.family[i.Code] || i.Level == indicator.Person && c.person[i.Code]
}

// Read returns families from to to (a half-open range of the partition's
// rows) with the chosen indicators. Every chosen indicator has a column,
// wholly unknown where nobody has observed it.
func (p *Partition) Read(from, to int, choice Columns) (*Families, error) {
	if from < 0 || to < from || to > p.Families {
		return nil, fmt.Errorf("snapshot: no families %d to %d in %s", from, to, p.File)
	}
	first, last := p.end(from), p.end(to)
	f := &Families{First: from, FirstMember: first, Batch: column.Batch{
		Families: column.NewTable(to - from), Members: column.NewTable(last - first), Offsets: make([]int32, to-from+1),
	}}
	for i := from; i < to; i++ {
		f.Offsets[i-from+1] = int32(p.end(i+1) - first)
	}
	var err error
	if f.IDs, err = p.file.IDs(familyIDs, from, to); err != nil {
		return nil, err
	}
	if f.MemberIDs, err = p.file.IDs(memberIDs, first, last); err != nil {
		return nil, err
	}
	f.Areas = p.file.Column(columnName(indicator.Family, "area"), from, to).Values
	p.fill(f, choice, from, to, first, last)
	return f, nil
}

// end returns the row after the last member of the first n families.
func (p *Partition) end(n int) int {
	v, _ := p.ends.At(n - 1)
	return int(v)
}

func (p *Partition) fill(f *Families, choice Columns, from, to, first, last int) {
	noFamily, noMember := column.New(to-from), column.New(last-first)
	for _, i := range p.catalogue.All() {
		if !choice.has(i) {
			continue
		}
		name := columnName(i.Level, i.Code)
		switch has := p.file.Has(name); {
		case i.Level == indicator.Family && has:
			f.Families.Columns[i.Code] = p.file.Column(name, from, to)
		case i.Level == indicator.Family:
			f.Families.Columns[i.Code] = noFamily
		case has:
			f.Members.Columns[i.Code] = p.file.Column(name, first, last)
		default:
			f.Members.Columns[i.Code] = noMember
		}
	}
}

// Find returns the row of a family of a village, or fault.NotFound.
func (p *Partition) Find(area string, id ident.ID) (int, error) {
	areas, ids := p.file.Cells(columnName(indicator.Family, "area")), p.file.idsWhere(familyIDs)
	want, err := strconv.ParseInt(area, 10, 64)
	if err != nil || len(ids) != p.Families*idWidth {
		return 0, fault.NotFound("snapshot.family_missing")
	}
	areaAt := func(i int) int64 { a, _ := areas.At(i); return a }
	idAt := func(i int) []byte { return ids[i*idWidth : (i+1)*idWidth] }
	i := sort.Search(p.Families, func(i int) bool {
		a := areaAt(i)
		return a > want || a == want && bytes.Compare(idAt(i), id[:]) >= 0
	})
	if i == p.Families || areaAt(i) != want || !bytes.Equal(idAt(i), id[:]) {
		return 0, fault.NotFound("snapshot.family_missing")
	}
	return i, nil
}

// Verify reads every file and holds it against its digest.
func (s *Snapshot) Verify() error {
	for _, p := range s.Parts {
		if _, err := ReadFile(filepath.Join(s.dir, p.File), p.Sum); err != nil {
			return err
		}
	}
	return nil
}
