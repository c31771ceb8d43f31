// Package generator makes synthetic families in real places, as the two CSV
// files that an office imports, and writes apart what is true of them: who is
// registered twice, who has died, who serves the state, what each family
// really consumes. What the system finds can so be checked against what was
// planted.
//
// A hidden welfare of each family drives its house, its things, its schooling
// and its work, so that a proxy means test has something to find. What the
// people are like is in profile.yaml and names.yaml, not in Go.
//
// The same options give the same bytes on the same kind of processor.
package generator

import (
	"context"
	"fmt"
	"math"
	"os"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/region"
)

// Options say what to generate.
type Options struct {
	Families int
	Seed     uint64
	Regions  []string   // codes of any level, or Nation; the profile's own when empty
	AsOf     civil.Date // the day of the data: ages are counted to it
	Dir      string     // gets keluarga.csv, anggota.csv and truth/; made if need be
	Profile  *Profile   // nil for the one in the program

	// Progress, if set, is told now and then how many families are done.
	Progress func(done, total int)
}

// Names of the files in Options.Dir.
const (
	FamiliesFile = "keluarga.csv"
	PersonsFile  = "anggota.csv"
)

const (
	familyHeading = "id_keluarga,no_kk,kode_wilayah,alamat,rt,rw,tanggal_data"
	personHeading = "id_keluarga,nik,nama,tanggal_lahir,jenis_kelamin,hubungan,nama_ibu,rekening,bank"
)

// Generate writes the files, one family at a time, so that memory does not
// grow with their number. When ctx ends, it stops with ctx's error and the
// files are not complete: truth/summary.json is missing.
func Generate(ctx context.Context, o Options) (Summary, error) {
	if o.Families < 1 {
		return Summary{}, fault.Invalid("generator.families", "families", o.Families)
	}
	g, err := newGenerator(o)
	if err != nil {
		return Summary{}, err
	}
	if err := g.open(); err != nil {
		return Summary{}, err
	}
	err = g.run(ctx)
	if e := g.close(); err == nil {
		err = e
	}
	if err != nil {
		return Summary{}, err
	}
	return g.summary, g.summary.write(o.Dir)
}

// generator is one generation under way.
type generator struct {
	o        Options
	p        *Profile
	def      *indicator.Derivations
	villages []village
	dice     *dice
	summary  Summary

	names      *namer
	composer   *composer
	registrar  *registrar
	duplicates *duplicates
	life       *lifeFacts
	schooling  *schooling
	work       *work
	health     *health
	house      *familyFacts
	accounts   *accounts
	events     *events

	familySheet, personSheet *sheet
	family                   family
	relations                []string // codes by option number

	families, persons *table
	truths            *truths
}

func newGenerator(o Options) (*generator, error) {
	p := o.Profile
	if p == nil {
		p = DefaultProfile()
	}
	if len(o.Regions) == 0 {
		o.Regions = p.Regions
	}
	c, atlas := indicator.Default(), region.Default()
	def, ok := c.Derivations(o.AsOf)
	if !ok {
		return nil, fault.Invalid("generator.as_of", "day", o.AsOf)
	}
	g := &generator{o: o, p: p, def: def, dice: newDice()}
	g.familySheet, g.personSheet = newSheet(c, indicator.Family), newSheet(c, indicator.Person)
	g.family = family{sheet: g.personSheet, facts: newRow(g.familySheet)}
	var err error
	if g.villages, err = villages(atlas, p, o.Regions, o.Families, o.Seed); err != nil {
		return nil, err
	}
	g.summary = Summary{Seed: o.Seed, AsOf: o.AsOf, Villages: len(g.villages)}
	g.registrar = newRegistrar(atlas, p.Numbers)
	g.duplicates = newDuplicates(p.Duplicates, g.registrar)
	g.accounts = newAccounts(p.Accounts)
	g.relate(c)
	return g, g.bind()
}

// bind ties the profile to the catalogue's columns.
func (g *generator) bind() (err error) {
	for _, code := range g.p.Missing.Never {
		for _, s := range []*sheet{g.familySheet, g.personSheet} {
			if k, ok := s.at[code]; ok {
				s.never[k] = true
			}
		}
	}
	if g.names, err = newNamer(); err != nil {
		return err
	}
	if g.house, err = newFamilyFacts(g.p, g.familySheet); err != nil {
		return err
	}
	if g.life, err = newLifeFacts(g.p, g.personSheet); err != nil {
		return err
	}
	if g.schooling, err = newSchooling(g.p, g.personSheet); err != nil {
		return err
	}
	if g.work, err = newWork(g.p, g.personSheet, g.def); err != nil {
		return err
	}
	if g.health, err = newHealth(g.p, g.personSheet); err != nil {
		return err
	}
	g.events, err = newEvents(&g.p.Events, g.familySheet, g.personSheet, AgeRange(g.def.ProductiveAge))
	return err
}

// relate reads the options of the relation to the head, which is a column of
// its own in the files.
func (g *generator) relate(c *indicator.Catalogue) {
	i, ok := c.Lookup(indicator.Person, "relation")
	if !ok {
		panic("generator: the catalogue has no relation")
	}
	no := func(code string) int64 {
		o, ok := i.OptionCode(code)
		if !ok {
			panic("generator: relation has no option " + code)
		}
		for int64(len(g.relations)) <= o.No {
			g.relations = append(g.relations, "")
		}
		g.relations[o.No] = code
		return o.No
	}
	g.composer = newComposer(g.p, relations{
		head: no("head"), spouse: no("spouse"), child: no("child"), inLaw: no("child_in_law"),
		grandchild: no("grandchild"), parent: no("parent"), other: no("other"),
	})
}

func (g *generator) open() (err error) {
	if err := os.MkdirAll(g.o.Dir, 0o755); err != nil {
		return fmt.Errorf("generator: %w", err)
	}
	if g.families, err = createTable(g.o.Dir, FamiliesFile, g.familySheet.header(familyHeading)); err != nil {
		return err
	}
	if g.persons, err = createTable(g.o.Dir, PersonsFile, g.personSheet.header(personHeading)); err != nil {
		g.families.close()
		return err
	}
	if g.truths, err = createTruths(g.o.Dir, g.def, g.health.degreeCode); err != nil {
		g.families.close()
		g.persons.close()
	}
	return err
}

func (g *generator) close() error {
	err := g.families.close()
	if e := g.persons.close(); err == nil {
		err = e
	}
	if e := g.truths.close(); err == nil {
		err = e
	}
	return err
}

// run generates village by village.
func (g *generator) run(ctx context.Context) error {
	for _, v := range g.villages {
		if v.families == 0 {
			continue
		}
		where, err := g.enter(v)
		if err != nil {
			return err
		}
		for n := range v.families {
			if g.summary.Families%256 == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				if g.o.Progress != nil {
					g.o.Progress(g.summary.Families, g.o.Families)
				}
			}
			if err := g.one(where, n+1); err != nil {
				return err
			}
		}
	}
	if g.o.Progress != nil {
		g.o.Progress(g.summary.Families, g.o.Families)
	}
	return nil
}

func (g *generator) enter(v village) (*place, error) {
	where := &place{
		village: v, district: region.ParentOf(v.code), rural: region.KindOf(v.code) != region.KindKelurahan,
		around: g.names.around(v.code),
	}
	var err error
	if where.livelihoods, err = g.work.of(v.code, where.rural); err != nil {
		return nil, err
	}
	if g.registrar.home != where.district {
		g.registrar.enter(where.district)
	}
	return where, nil
}

// one generates and writes one family, the nth of its village.
func (g *generator) one(where *place, n int) error {
	d, f := g.dice, &g.family
	d.reset(g.o.Seed, familyStream, keyOf(where.code)<<30|uint64(n))
	f.place, f.people = where, f.people[:0]
	f.id = fmt.Sprintf("%s-%06d", where.code, n)
	f.observed = g.o.AsOf.AddDays(-d.IntN(g.p.ObservedWithinDays + 1))
	f.card = ""
	if !d.chance(g.p.Numbers.NoKK) {
		f.card = g.registrar.card(d, f.observed)
	}
	f.rw = d.between(1, 16)
	f.rt = d.between(1, 14)
	f.address = fmt.Sprintf("%s No. %d", one(d, g.names.Streets), d.between(1, 140))

	g.composer.compose(d, f, g.o.AsOf)
	g.duplicates.register(d, f, g.o.AsOf, g.composer.is)
	g.prosper(d, f)
	g.events.fill(g.o.Seed, keyOf(where.code)<<30|uint64(n), f)
	if err := g.identify(d, f); err != nil {
		return err
	}
	return g.write(d, f)
}

// prosper draws the family's welfare and everything that follows it.
func (g *generator) prosper(d *dice, f *family) {
	w := g.p.Welfare
	lasting := f.place.effect + d.normal(0, w.Within) + w.EachMemberOver3*float64(len(f.people)-3)
	f.z = min(max(lasting/math.Hypot(w.Within, w.BetweenVillages), -3.5), 3.5)
	f.theta = w.Mean + lasting + d.normal(0, w.Passing)
	for _, p := range f.people {
		g.health.disable(d, p, f.z)
		g.schooling.fill(d, p, f.z)
	}
	g.work.fill(d, f, g.composer.is.head)
	for _, p := range f.people {
		g.health.fill(d, f, p)
		g.life.fill(d, f, p, g.o.AsOf)
	}
	g.house.fill(d, f)
}

// write writes the family, its people and what is true of them.
func (g *generator) write(d *dice, f *family) error {
	missing := g.p.Missing.Elsewhere
	if f.unlisted {
		missing = g.p.Missing.Cells
	}
	t := g.families
	for _, cell := range []string{f.id, f.card, f.place.code, f.address} {
		t.text(cell)
	}
	t.text(threeDigits(f.rt))
	t.text(threeDigits(f.rw))
	t.text(f.observed.String())
	if err := g.facts(t, g.familySheet, &f.facts, d, missing); err != nil {
		return err
	}
	g.summary.Families++
	if err := g.truths.family(&g.summary, f, t.line); err != nil {
		return err
	}
	for _, p := range f.people {
		if err := g.writePerson(d, f, p, missing); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) writePerson(d *dice, f *family, p *person, missing float64) error {
	t := g.persons
	sex := "L"
	if p.female {
		sex = "P"
	}
	for _, cell := range []string{f.id, p.nik, p.name, p.born.String(), sex, g.relations[p.relation], p.mother, p.account, p.bank} {
		t.text(cell)
	}
	if err := g.facts(t, g.personSheet, &p.facts, d, missing); err != nil {
		return err
	}
	g.summary.Persons++
	g.duplicates.remember(d, f, p, t.line)
	return g.truths.person(&g.summary, f, p, t.line)
}

// facts ends a row with its fact cells.
func (g *generator) facts(t *table, s *sheet, r *row, d *dice, missing float64) error {
	var written, left int64
	t.buf, written, left = s.append(t.buf, r, d, missing)
	g.summary.FactsWritten += written
	g.summary.FactsMissing += left
	return t.end()
}
