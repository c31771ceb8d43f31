package snapshot

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/indicator"
)

// partitionOf returns the area whose families share a file: the regency or city.
func partitionOf(area string) string { return area[:min(4, len(area))] }

// columnName is the name of an indicator's column in a file.
func columnName(l indicator.Level, code string) string {
	if l == indicator.Family {
		return "f." + code
	}
	return "m." + code
}

// The columns that are not indicators, beside the ids. Villages have rows of
// their own, since the families of one stand together; they take the place of
// the indicator area.
const (
	memberCount  = "f.members"
	villageCode  = "v.code"
	villageCount = "v.families"
	areaCode     = "area"
)

// chunk is how many families are derived at once: enough to spread the cost
// of a batch, few enough to stay in the cache.
const chunk = 512

// builder writes the file of one partition, then of the next. Its memory is
// one partition's columns in their narrow form, and one chunk in the wide one.
type builder struct {
	catalogue *indicator.Catalogue
	asOf      civil.Date
	dir       *Folder
	sexes     [2]int64 // option numbers of male and female

	part      string
	families  int
	members   int
	village   int64 // of the last family
	inVillage int64
	last      Record // area and id only, to check the order
	order     []int  // of the members of a family

	fids, mids    halves
	sizes         Narrow
	codes, counts Narrow
	narrow        []Narrow // by place in the catalogue

	batch  column.Batch
	spots  []*column.Column // of the batch, by the indicator's number; nil for what is derived
	stored []bool           // by number
	room   int              // rows that members' columns have
	own    ownColumns
}

// ownColumns are those that a record has outside its facts.
type ownColumns struct{ area, born, sex, relation, hasNIK *column.Column }

func newBuilder(c *indicator.Catalogue, asOf civil.Date, dir *Folder) (*builder, error) {
	b := &builder{catalogue: c, asOf: asOf, dir: dir, narrow: make([]Narrow, len(c.Shared())), room: 8 * chunk}
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
	b.batch = column.Batch{Families: column.NewTable(0), Members: column.NewTable(0)}
	for _, i := range c.Shared() {
		for len(b.spots) <= i.No {
			b.spots, b.stored = append(b.spots, nil), append(b.stored, false)
		}
		b.spots[i.No], b.stored[i.No] = b.tableOf(i).Add(i.Code), !i.Derived
	}
	f, m := b.batch.Families, b.batch.Members
	b.own = ownColumns{f.Add(areaCode), m.Add("born"), m.Add("sex"), m.Add("relation"), m.Add("has_nik")}
	b.clear()
	return b, nil
}

func (b *builder) tableOf(i *indicator.Indicator) *column.Table {
	if i.Level == indicator.Person {
		return b.batch.Members
	}
	return b.batch.Families
}

// add takes the next family of the partition. Families come by area, then by
// id: a snapshot of the same families is then the same bytes.
func (b *builder) add(r *Record) error {
	village, err := strconv.ParseInt(r.Area, 10, 64)
	if len(r.Area) != 10 || err != nil {
		return fmt.Errorf("snapshot: family %s has area %q, not a village's ten digits", r.Family, r.Area)
	}
	if order := cmp.Or(cmp.Compare(b.last.Area, r.Area), bytes.Compare(b.last.Family[:], r.Family[:])); order >= 0 {
		return fmt.Errorf("snapshot: family %s came out of order", r.Family)
	}
	if p := partitionOf(r.Area); b.part == "" {
		b.part = p
	} else if p != b.part {
		return fmt.Errorf("snapshot: family %s of %s came among those of %s", r.Family, r.Area, b.part)
	}
	b.last = Record{Area: r.Area, Family: r.Family}
	b.countVillage(village)
	b.put(r, village)
	if b.batch.Families.Rows == chunk {
		return b.flush()
	}
	return nil
}

func (b *builder) countVillage(village int64) {
	if village != b.village {
		b.endVillage()
		b.village = village
	}
	b.inVillage++
}

func (b *builder) endVillage() {
	if b.inVillage > 0 {
		b.codes.Append(b.village)
		b.counts.Append(b.inVillage)
	}
	b.inVillage = 0
}

// put spreads a record into the batch's columns. Members go by id.
func (b *builder) put(r *Record, village int64) {
	row := b.batch.Families.Rows
	b.batch.Families.Rows++
	b.own.area.Set(row, village)
	b.spread(row, r.Facts)
	b.fids.add(r.Family, 0)
	high, _ := split(r.Family)
	b.sizes.Append(int64(len(r.Members)))
	b.order = b.order[:0]
	for i := range r.Members {
		b.order = append(b.order, i)
	}
	slices.SortFunc(b.order, func(x, y int) int { return bytes.Compare(r.Members[x].ID[:], r.Members[y].ID[:]) })
	at := b.batch.Members.Rows
	b.batch.Members.Rows = at + len(r.Members)
	if b.batch.Members.Rows > b.room {
		b.room = 2 * b.batch.Members.Rows
		stretch(b.batch.Members, b.room)
	}
	for k, i := range b.order {
		b.mids.add(r.Members[i].ID, high)
		b.member(at+k, &r.Members[i])
	}
	b.batch.Offsets = append(b.batch.Offsets, int32(at+len(r.Members)))
}

func (b *builder) member(row int, m *Member) {
	if m.Born != nil {
		b.own.born.Set(row, int64(*m.Born))
	}
	sex, nik := b.sexes[0], int64(0)
	if m.Female {
		sex = b.sexes[1]
	}
	if m.HasNIK {
		nik = 1
	}
	b.own.sex.Set(row, sex)
	b.own.hasNIK.Set(row, nik)
	if m.Relation != 0 {
		b.own.relation.Set(row, m.Relation)
	}
	b.spread(row, m.Facts)
}

// spread puts facts into columns. A fact that the catalogue no longer knows,
// or now derives, is no column of a snapshot.
func (b *builder) spread(row int, facts indicator.Facts) {
	for _, f := range facts {
		if f.No < len(b.stored) && b.stored[f.No] {
			b.spots[f.No].Set(row, f.Value)
		}
	}
}

// stretch makes a table's columns so long; what they gain is not known.
func stretch(t *column.Table, rows int) {
	for _, c := range t.Columns {
		c.Extend(rows)
	}
}

// cut leaves a table's columns no longer than its rows.
func cut(t *column.Table) {
	for _, c := range t.Columns {
		c.Values, c.Known = c.Values[:t.Rows], c.Known[:(t.Rows+63)/64]
	}
}

// flush derives the batch and appends it to the partition's columns.
func (b *builder) flush() error {
	if b.batch.Families.Rows == 0 {
		return nil
	}
	cut(b.batch.Families)
	cut(b.batch.Members)
	if err := b.catalogue.Derive(b.asOf, &b.batch); err != nil {
		return err
	}
	for k, i := range b.catalogue.Shared() {
		if i.Level == indicator.Family && i.Code == areaCode {
			continue
		}
		b.narrow[k].AppendColumn(b.spots[i.No])
	}
	b.families += b.batch.Families.Rows
	b.members += b.batch.Members.Rows
	b.clear()
	return nil
}

// clear empties the batch and keeps its memory.
func (b *builder) clear() {
	for _, t := range []*column.Table{b.batch.Families, b.batch.Members} {
		for _, c := range t.Columns {
			clear(c.Values)
			clear(c.Known)
		}
		t.Rows = 0
	}
	stretch(b.batch.Families, chunk)
	stretch(b.batch.Members, b.room)
	b.batch.Offsets = append(b.batch.Offsets[:0], 0)
}

// finish writes the partition so far and forgets it.
func (b *builder) finish() (Part, error) {
	if err := b.flush(); err != nil {
		return Part{}, err
	}
	b.endVillage()
	var w FileWriter
	for _, c := range []struct {
		name string
		n    *Narrow
	}{{familyHigh, &b.fids.high}, {familyLow, &b.fids.low}, {memberHigh, &b.mids.high}, {memberLow, &b.mids.low},
		{memberCount, &b.sizes}, {villageCode, &b.codes}, {villageCount, &b.counts}} {
		w.Add(c.name, c.n)
		*c.n = Narrow{}
	}
	for k, i := range b.catalogue.Shared() {
		w.Add(columnName(i.Level, i.Code), &b.narrow[k])
		b.narrow[k] = Narrow{}
	}
	p := Part{Area: b.part, File: b.part + ".columns", Families: b.families, Members: b.members}
	b.part, b.families, b.members, b.village = "", 0, 0, 0
	var err error
	p.Sum, err = b.dir.Write(p.File, &w)
	return p, err
}
