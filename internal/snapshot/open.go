package snapshot

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

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
	held      []*Partition // by part, where they are kept in memory
	read      *atomic.Int64
}

// BytesRead returns how many bytes of the snapshot's files have been read and
// proved since it was opened.
func (s *Snapshot) BytesRead() int64 { return s.read.Load() }

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
	return &Snapshot{Manifest: m, dir: dir, catalogue: c, read: new(atomic.Int64)}, nil
}

// Partition is a verified partition in memory. It is safe for concurrent use.
type Partition struct {
	Part
	catalogue *indicator.Catalogue
	file      *File
	choice    Columns
	ends      []int32 // row after each family's last member
	villages  []int64 // ten digits
	lasts     []int32 // row after each village's last family
}

// Partition reads all of a part's file and holds it against its digest. It
// returns fault.Invalid when a bit of it has changed.
func (s *Snapshot) Partition(p Part) (*Partition, error) { return s.PartitionOf(p, Columns{}) }

// PartitionOf is Partition for some columns: no others are read.
func (s *Snapshot) PartitionOf(p Part, choice Columns) (*Partition, error) {
	return s.partition(p, choice, choice.names(s.catalogue))
}

func (s *Snapshot) partition(p Part, choice Columns, chosen func(name string) bool) (*Partition, error) {
	for _, have := range s.held {
		if have.Area == p.Area {
			return have, nil
		}
	}
	f, err := readFile(filepath.Join(s.dir, p.File), p.Sum, chosen)
	if err != nil {
		return nil, err
	}
	s.read.Add(f.bytes)
	out := &Partition{Part: p, catalogue: s.catalogue, file: f, choice: choice}
	if !out.shape() {
		return nil, fault.Invalid("snapshot.file_changed", "file", short(p.File))
	}
	return out, nil
}

// Hold returns the snapshot with the chosen columns of every part in memory,
// verified. What reads it may choose no others.
func (s *Snapshot) Hold(ctx context.Context, choice Columns) (*Snapshot, error) {
	held := &Snapshot{Manifest: s.Manifest, dir: s.dir, catalogue: s.catalogue, read: s.read, held: make([]*Partition, len(s.Parts))}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, part := range s.Parts {
		g.Go(func() (err error) {
			if err := ctx.Err(); err != nil {
				return err
			}
			held.held[i], err = s.PartitionOf(part, choice)
			return err
		})
	}
	return held, g.Wait()
}

// Bytes returns how many bytes of facts the held columns are in memory, of
// those indicators that are asked for. Columns that are known of the same rows
// share the bitmap that says so, and it counts once.
func (s *Snapshot) Bytes(choice Columns) (n int64) {
	chosen := choice.names(s.catalogue)
	for _, p := range s.held {
		masks := map[*uint64]bool{}
		for name, c := range p.file.cells {
			if !chosen(name) || c.planes == nil || len(c.planes.Known) == 0 {
				continue
			}
			n += int64(len(c.planes.Bits) * len(c.planes.Known) * 8)
			if mask := &c.planes.Known[0]; !masks[mask] {
				masks[mask] = true
				n += int64(len(c.planes.Known) * 8)
			}
		}
	}
	return n
}

// shape works out which members and villages the rows belong to, and reports
// whether they add up to what the manifest says.
func (p *Partition) shape() bool {
	sizes, villages, counts := p.file.Cells(memberCount), p.file.Cells(villageCode), p.file.Cells(villageCount)
	if sizes.Rows() != p.Families || villages.Rows() != counts.Rows() {
		return false
	}
	read := column.New(p.Families)
	sizes.read(read, 0)
	p.ends = make([]int32, p.Families)
	end := int64(0)
	for i, n := range read.Values {
		end += n
		p.ends[i] = int32(end)
	}
	row := int64(0)
	for i := range villages.Rows() {
		code, _ := villages.At(i)
		n, _ := counts.At(i)
		row += n
		p.villages, p.lasts = append(p.villages, code), append(p.lasts, int32(row))
	}
	return end == int64(p.Members) && row == int64(p.Families)
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
	IDs       []ident.ID // nil unless they were chosen, as MemberIDs
	Areas     []int64    // the villages' ten digits
	MemberIDs []ident.ID

	// Lots are numbers by which equals are put in order, where they were
	// chosen: the last bytes of each family's id, which no one can choose.
	Lots []uint32

	InPlanes bool // facts are in Planes, not in Columns

	First       int // row in the partition of family row 0
	FirstMember int // row in the partition of member row 0
}

// Area returns the village of family i.
func (f *Families) Area(i int) string { return strconv.FormatInt(f.Areas[i], 10) }

// Read returns families from to to (a half-open range of the partition's
// rows) with the chosen indicators. Every chosen indicator has a column,
// wholly unknown where nobody has observed it.
func (p *Partition) Read(from, to int, choice Columns) (*Families, error) {
	f := &Families{}
	return f, p.ReadInto(f, from, to, choice)
}

// ReadInto is Read into what an earlier call filled with the same choice,
// whose memory is used again.
func (p *Partition) ReadInto(f *Families, from, to int, choice Columns) error {
	return p.readInto(f, from, to, choice, choice.fields(p.catalogue))
}

// readInto is ReadInto for the fields of the choice.
func (p *Partition) readInto(f *Families, from, to int, choice Columns, fields []chosenField) error {
	if from < 0 || to < from || to > p.Families {
		return fmt.Errorf("snapshot: no families %d to %d in %s", from, to, p.File)
	}
	first, last := p.end(from), p.end(to)
	f.First, f.FirstMember, f.InPlanes = from, first, choice.planes
	f.Families, f.Members = sizedTable(f.Families, to-from), sizedTable(f.Members, last-first)
	f.Offsets = append(f.Offsets[:0], 0)
	f.Offsets = append(f.Offsets, p.ends[from:to]...)
	for i := range f.Offsets[1:] {
		f.Offsets[i+1] -= int32(first)
	}
	f.IDs, f.MemberIDs = f.IDs[:0], f.MemberIDs[:0]
	if choice.hasFamilyIDs() {
		f.IDs = p.familyIDs(f.IDs, from, to)
	}
	if choice.hasIDs() {
		f.MemberIDs = p.memberIDs(f.MemberIDs, from, to)
	}
	if f.Lots = f.Lots[:0]; choice.lots {
		f.Lots = p.lots(f.Lots, from, to)
	}
	p.areas(f, from, to)
	area := p.area()
	for _, i := range fields {
		t, at := f.Families, from
		if i.Level == indicator.Person {
			t, at = f.Members, first
		}
		if i.Indicator == area {
			copy(t.Add(i.Code).Values, f.Areas)
			t.Add(i.Code).Known.Fill(t.Rows)
			continue
		}
		if choice.planes {
			p.file.Cells(i.name).Slice(t.Sliced(i.Code), at, t.Rows)
			continue
		}
		p.file.ReadInto(t.Add(i.Code), i.name, at)
	}
	return nil
}

// area is the indicator that the villages' table stands for.
func (p *Partition) area() *indicator.Indicator {
	i, _ := p.catalogue.Lookup(indicator.Family, areaCode)
	return i
}

// sizedTable returns a table of so many rows that has the columns of t.
func sizedTable(t *column.Table, rows int) *column.Table {
	if t == nil {
		return column.NewTable(rows)
	}
	t.Rows = rows
	for _, c := range t.Columns {
		c.Resize(rows)
	}
	return t
}

// areas fills the villages of a stretch.
func (p *Partition) areas(f *Families, from, to int) {
	if cap(f.Areas) < to-from {
		f.Areas = make([]int64, to-from)
	}
	f.Areas = f.Areas[:to-from]
	v := sort.Search(len(p.lasts), func(v int) bool { return int(p.lasts[v]) > from })
	for at := from; at < to; v++ {
		end := min(to, int(p.lasts[v]))
		for i := range f.Areas[at-from : end-from] {
			f.Areas[at-from+i] = p.villages[v]
		}
		at = end
	}
}

// end returns the row after the last member of the first n families.
func (p *Partition) end(n int) int {
	if n == 0 {
		return 0
	}
	return int(p.ends[n-1])
}

// Find returns the row of a family of a village, or fault.NotFound.
func (p *Partition) Find(area string, id ident.ID) (int, error) {
	missing := fault.NotFound("snapshot.family_missing")
	want, err := strconv.ParseInt(area, 10, 64)
	if err != nil {
		return 0, missing.Because(err)
	}
	from, to := p.Village(want)
	at, found := sort.Find(to-from, func(i int) int {
		there := p.familyID(from + i)
		return cmp.Compare(bytes.Compare(id[:], there[:]), 0)
	})
	if !found {
		return 0, missing
	}
	return from + at, nil
}

// Village returns the rows of the families of a village, from and to; none
// where nobody lives there.
func (p *Partition) Village(code int64) (from, to int) {
	v, found := slices.BinarySearch(p.villages, code)
	if !found {
		return 0, 0
	}
	if v > 0 {
		from = int(p.lasts[v-1])
	}
	return from, int(p.lasts[v])
}

// Verify reads every file and holds it against its digest.
func (s *Snapshot) Verify() error {
	for _, p := range s.Parts {
		if _, err := s.Partition(p); err != nil {
			return err
		}
	}
	return nil
}

// Prove holds every byte of every file against its digest, whichever columns
// will be read, and lays none of them out. What is decided for people, or
// given to another program, comes from a snapshot that is wholly as it was
// signed.
func (s *Snapshot) Prove(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range s.Parts {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return proveFile(filepath.Join(s.dir, p.File), p.Sum)
		})
	}
	return g.Wait()
}
