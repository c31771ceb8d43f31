package snapshot

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/ident"
	"gotong/internal/indicator"
)

// Record is one active family with its active members, as a Source gives it.
type Record struct {
	Family  ident.ID
	Area    string // ten digits
	Facts   indicator.Facts
	Members []Member
}

// Member is one active person of a family.
type Member struct {
	ID       ident.ID
	Born     *civil.Date
	Female   bool
	Relation int64 // option number; 0 where it is not known
	HasNIK   bool
	Facts    indicator.Facts
}

// partitionOf returns the area whose families share a file: the regency or city.
func partitionOf(area string) string { return area[:min(4, len(area))] }

// columnName is the name of an indicator's column in a file.
func columnName(l indicator.Level, code string) string {
	if l == indicator.Family {
		return "f." + code
	}
	return "m." + code
}

// The columns that are not indicators.
const (
	familyIDs = "f.id"
	memberIDs = "m.id"
	memberEnd = "f.members_end" // row after the family's last member
)

// chunk is how many families are derived at once: enough to spread the cost
// of a batch, few enough to stay in the cache.
const chunk = 4096

// builder writes the partitions of one snapshot. Its memory is one
// partition's columns in their narrow form, and one chunk in the wide one.
type builder struct {
	catalogue *indicator.Catalogue
	asOf      civil.Date
	dir       string
	content   Content
	sexes     [2]int64 // option numbers of male and female

	part    string
	pending []Record
	fids    []byte
	mids    []byte
	ends    Narrow
	columns map[string]*Narrow
	last    Record // area and id only, to check the order
}

func newBuilder(c *indicator.Catalogue, asOf civil.Date, scope, dir string) (*builder, error) {
	b := &builder{catalogue: c, asOf: asOf, dir: dir, columns: map[string]*Narrow{}}
	b.content = Content{Format: Format, AsOf: asOf, Scope: scope, Catalogue: CatalogueDigest(c, asOf), Parts: []Part{}}
	sex, ok := c.Lookup(indicator.Person, "sex")
	if !ok {
		return nil, fmt.Errorf("snapshot: the catalogue has no person.sex")
	}
	for i, code := range []string{"male", "female"} {
		o, ok := sex.OptionCode(code)
		if !ok {
			return nil, fmt.Errorf("snapshot: person.sex has no option %s", code)
		}
		b.sexes[i] = o.No
	}
	return b, nil
}

// add takes the next family. Families come by area, then by id: a snapshot
// of the same families is then the same bytes.
func (b *builder) add(r Record) error {
	if len(r.Area) != 10 {
		return fmt.Errorf("snapshot: family %s has area %q, not a village's ten digits", r.Family, r.Area)
	}
	if order := cmp.Or(cmp.Compare(b.last.Area, r.Area), slices.Compare(b.last.Family[:], r.Family[:])); order >= 0 {
		return fmt.Errorf("snapshot: family %s came out of order", r.Family)
	}
	b.last = Record{Area: r.Area, Family: r.Family}
	if p := partitionOf(r.Area); p != b.part {
		if err := b.finishPart(); err != nil {
			return err
		}
		b.part = p
	}
	slices.SortFunc(r.Members, func(x, y Member) int { return slices.Compare(x.ID[:], y.ID[:]) })
	b.pending = append(b.pending, r)
	if len(b.pending) == chunk {
		return b.flush()
	}
	return nil
}

// flush derives the pending families and appends them to the columns.
func (b *builder) flush() error {
	if len(b.pending) == 0 {
		return nil
	}
	batch, err := b.batch()
	if err != nil {
		return err
	}
	if err := b.catalogue.Derive(b.asOf, batch); err != nil {
		return err
	}
	end := len(b.mids) / idWidth
	for _, r := range b.pending {
		b.fids = append(b.fids, r.Family[:]...)
		for _, m := range r.Members {
			b.mids = append(b.mids, m.ID[:]...)
		}
		end += len(r.Members)
		b.ends.Append(int64(end))
	}
	for _, i := range b.catalogue.All() {
		t := batch.Families
		if i.Level == indicator.Person {
			t = batch.Members
		}
		b.narrow(columnName(i.Level, i.Code), t, i.Code)
	}
	b.pending = b.pending[:0]
	return nil
}

func (b *builder) narrow(name string, t *column.Table, code string) {
	n := b.columns[name]
	if n == nil {
		n = &Narrow{}
		b.columns[name] = n
	}
	if c := t.Columns[code]; c != nil {
		n.AppendColumn(c)
		return
	}
	for range t.Rows {
		n.AppendUnknown()
	}
}

// batch spreads the pending records into columns.
func (b *builder) batch() (*column.Batch, error) {
	members := 0
	for _, r := range b.pending {
		members += len(r.Members)
	}
	batch := &column.Batch{
		Families: column.NewTable(len(b.pending)), Members: column.NewTable(members),
		Offsets: make([]int32, 1, len(b.pending)+1),
	}
	row := 0
	area := batch.Families.Add("area")
	for i, r := range b.pending {
		code, err := strconv.ParseInt(r.Area, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("snapshot: family %s has area %q", r.Family, r.Area)
		}
		area.Set(i, code)
		b.spread(batch.Families, i, r.Facts)
		for _, m := range r.Members {
			b.member(batch.Members, row, m)
			row++
		}
		batch.Offsets = append(batch.Offsets, int32(row))
	}
	return batch, nil
}

func (b *builder) member(t *column.Table, row int, m Member) {
	if m.Born != nil {
		t.Add("born").Set(row, int64(*m.Born))
	}
	sex := b.sexes[0]
	if m.Female {
		sex = b.sexes[1]
	}
	t.Add("sex").Set(row, sex)
	if m.Relation != 0 {
		t.Add("relation").Set(row, m.Relation)
	}
	nik := int64(0)
	if m.HasNIK {
		nik = 1
	}
	t.Add("has_nik").Set(row, nik)
	b.spread(t, row, m.Facts)
}

// spread puts facts into columns. A fact that the catalogue no longer knows,
// or now derives, is no column of a snapshot.
func (b *builder) spread(t *column.Table, row int, facts indicator.Facts) {
	for _, f := range facts {
		if i, ok := b.catalogue.ByNo(f.No); ok && !i.Derived {
			t.Add(i.Code).Set(row, f.Value)
		}
	}
}

// finishPart writes the partition so far and forgets it.
func (b *builder) finishPart() error {
	if err := b.flush(); err != nil {
		return err
	}
	if b.part == "" {
		return nil
	}
	var w FileWriter
	w.AddIDs(familyIDs, b.fids)
	w.AddIDs(memberIDs, b.mids)
	w.Add(memberEnd, &b.ends)
	for _, i := range b.catalogue.All() {
		name := columnName(i.Level, i.Code)
		w.Add(name, b.columns[name])
	}
	p := Part{Area: b.part, File: b.part + ".columns", Families: len(b.fids) / idWidth, Members: len(b.mids) / idWidth}
	var err error
	if p.Sum, err = w.Write(filepath.Join(b.dir, p.File)); err != nil {
		return err
	}
	b.content.Parts = append(b.content.Parts, p)
	b.content.Families += int64(p.Families)
	b.content.Members += int64(p.Members)
	b.fids, b.mids, b.ends, b.columns = nil, nil, Narrow{}, map[string]*Narrow{}
	return nil
}

// Plan says what to freeze.
type Plan struct {
	Catalogue *indicator.Catalogue
	Source    Source
	AsOf      civil.Date
	Scope     string // areas that Source covers, as access.Scope writes them
	At        time.Time
}

// Write streams the source into the empty folder dir, calls each after every
// family, and leaves a signed manifest.
func (p Plan) Write(ctx context.Context, dir string, signer Signer, each func()) (Manifest, error) {
	b, err := newBuilder(p.Catalogue, p.AsOf, p.Scope, dir)
	if err != nil {
		return Manifest{}, err
	}
	mark, err := p.Source.Active(ctx, func(r *Record) error {
		if err := b.add(*r); err != nil {
			return err
		}
		each()
		return ctx.Err()
	})
	if err != nil {
		return Manifest{}, fmt.Errorf("snapshot: reading the register: %w", err)
	}
	if err := b.finishPart(); err != nil {
		return Manifest{}, err
	}
	m := Manifest{Content: b.content, Register: mark, CreatedAt: p.At}
	if err := m.write(dir, signer); err != nil {
		return Manifest{}, err
	}
	return m, SyncDir(dir)
}

// Source streams the active families of the acting user's scope with their
// active members, ordered by area and then by id. A family without an active
// member is not in it.
type Source interface {
	Active(ctx context.Context, fn func(*Record) error) (Mark, error)
}
