package linkage

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// A shape is a kind of list that an office may bring: which columns it has,
// how common its names are, who is on it more than once, and what goes wrong
// when somebody is written down again. None of it was made to resemble the
// lists that the engine was built beside, and all shapes are linked with the
// very same settings.
type shape struct {
	name      string
	people    int
	keep      string  // columns that the list has: n(ame) b(orn) y(ear of birth alone) s(ex) m(other) a(ddress) p(lace) z(postcode) f(phone) i(dentifier) h(ousehold)
	names     pool    //
	again     float64 // share of people who are written again
	copies    int     // most records of a person
	errors    float64 // how often a value is written otherwise
	missing   float64 // how often a value is left out
	household int     // people who share an address and a phone
	twins     float64
	between   float64 // share of people who are on a second list; 0 for one list

	precision, recall float64 // least that is asked
	quick             bool    // tested every time, the others with GOTONG_SOAK
}

// pool draws names: from so many given and family names, the commoner the
// steeper.
type pool struct {
	given, family int
	steep         float64
	mononym       float64 // share of people of one name
	swap          float64 // how often given and family name change places in a second record
}

var (
	western    = pool{given: 300, family: 1500, steep: 1.6, swap: .1}
	indonesian = pool{given: 400, family: 300, steep: 1.8, mononym: .35}
	surnames   = pool{given: 600, family: 40, steep: 2.2}
	few        = pool{given: 60, family: 40, steep: 1.5}
)

var shapes = []shape{
	{name: "all columns, typing errors", people: 4000, keep: "nbsapzfi", names: western, again: .2, copies: 2, errors: .15, precision: .99, recall: .98},
	{name: "all columns, heavy errors", people: 3000, keep: "nbsapzf", names: western, again: .5, copies: 4, errors: .35, missing: .1, precision: .98, recall: .95},
	{name: "name and birth date", people: 4000, keep: "nb", names: western, again: .3, copies: 2, errors: .2, precision: .98, recall: .93},
	{name: "name and year", people: 1500, keep: "ny", names: western, again: .3, copies: 2, errors: .15, precision: .90, recall: .50},
	{name: "name and address", people: 4000, keep: "nap", names: western, again: .3, copies: 2, errors: .2, precision: .98, recall: .93},
	{name: "name, address, place, phone, as of shops", people: 700, keep: "napf", names: western, again: .15, copies: 2, errors: .25, precision: .97, recall: .90, quick: true},
	{name: "single names", people: 5000, keep: "nbsma", names: indonesian, again: .1, copies: 2, errors: .2, precision: .98, recall: .90},
	{name: "few surnames", people: 6000, keep: "nbsap", names: surnames, again: .1, copies: 2, errors: .2, precision: .98, recall: .90},
	{name: "two of five values missing", people: 4000, keep: "nbsapzf", names: western, again: .3, copies: 2, errors: .1, missing: .4, precision: .96, recall: .60, quick: true},
	{name: "households of one address and phone", people: 6000, keep: "nbsapf", names: indonesian, again: .1, copies: 2, errors: .2, household: 5, precision: .98, recall: .90, quick: true},
	{name: "households of one address, phone, place and postcode", people: 5000, keep: "nbsapzf", names: western, again: .12, copies: 2, errors: .15, household: 5, precision: .98, recall: .95, quick: true},
	{name: "twins", people: 4000, keep: "nbsma", names: indonesian, again: .1, copies: 2, errors: .2, household: 4, twins: .02, precision: .96, recall: .90},
	{name: "nobody twice", people: 6000, keep: "nbsapzfi", names: indonesian, household: 4, twins: .02},
	{name: "nobody twice, name and birth date", people: 6000, keep: "nb", names: few, quick: true},
	{name: "everybody six times", people: 500, keep: "nbsapz", names: western, again: 1, copies: 6, errors: .2, precision: .99, recall: .95},
	{name: "two lists, all on both", people: 3000, keep: "nbsapz", names: western, errors: .25, between: 1, precision: .99, recall: .99},
	{name: "two lists, few on both", people: 6000, keep: "nbsap", names: indonesian, errors: .2, between: .03, precision: .97, recall: .88, quick: true},
	{name: "two lists, nobody on both", people: 5000, keep: "nbsapz", names: western, between: -1},
	{name: "name, birth date, place, as of voters", people: 8000, keep: "nbspz", names: western, again: .1, copies: 2, errors: .12, precision: .98, recall: .98},
	{name: "name, birth date, place, many records each", people: 700, keep: "nbp", names: western, again: .9, copies: 10, errors: .25, missing: .1, precision: .99, recall: .90},
	{name: "two offices, numbers missing or wrong", people: 4000, keep: "nbsmai", names: indonesian, errors: .2, missing: .25, between: .2, precision: .97, recall: .80},
	{name: "name, year and place, as of parish books", people: 3000, keep: "nysp", names: western, again: .4, copies: 3, errors: .2, precision: .98, recall: .95},
	{name: "names alone", people: 2000, keep: "n", names: western, again: .3, copies: 2, errors: .1, precision: .9},
	{name: "two lists, name and birth date", people: 4000, keep: "nb", names: western, errors: .2, between: .5, precision: .97, recall: .85},
	{name: "few values, many missing, many records each", people: 250, keep: "nbpf", names: western, again: .8, copies: 8, errors: .2, missing: .2, precision: .97, recall: .85},
	{name: "name, year, town and postcode", people: 5000, keep: "nyspz", names: western, again: .2, copies: 2, errors: .08, precision: .98, recall: .97, quick: true},
	{name: "many of a town and year", people: 30_000, keep: "nyspz", names: western, again: .2, copies: 2, errors: .08, precision: .97, recall: .97},
	{name: "two lists, half the dates missing", people: 4000, keep: "nbsap", names: western, errors: .15, missing: .3, between: .6, precision: .97, recall: .6},
	{name: "two censuses, name and address of families", people: 450, keep: "na", names: western, errors: .2, household: 3, between: .75, precision: .97, recall: .75, quick: true},
	{name: "families, name, birth date and address, many errors", people: 4000, keep: "nbapz", names: western, again: .2, copies: 3, errors: .35, household: 4, precision: .97, recall: .90},
	{name: "families of voters, name, year and town", people: 4000, keep: "nypz", names: western, again: .15, copies: 2, errors: .1, household: 3, precision: .97, recall: .95, quick: true},
	{name: "half a thousand, a tenth twice", people: 450, keep: "nb", names: western, again: .1, copies: 2, errors: .12, precision: .95, recall: .90, quick: true},
}

// maker writes lists of a shape.
type maker struct {
	shape
	random          *rand.Rand
	givens, surname []string
	streets, places []string
	records         []Record
	truth           map[ident.ID]int
}

// soul is a person as they are.
type soul struct {
	given, family, mother string
	born                  civil.Date
	female                bool
	address, place        string
	postcode, phone       string
	number, household     int
}

// invented returns n words that sound like names: a few syllables each.
func invented(random *rand.Rand, n int) []string {
	seen, out := map[string]bool{}, []string{}
	for len(out) < n {
		w := ""
		for range 2 + random.IntN(2) {
			w += pickOf(random, "b c d f g h j k l m n p r s t w y br st tr kr ny"+" ") + pickOf(random, "a e i o u a i a") + pickOf(random, "n r l s t m k n . . . . .")
		}
		w = strings.ReplaceAll(w, ".", "")
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

func pickOf(random *rand.Rand, words string) string {
	f := strings.Fields(words)
	return f[random.IntN(len(f))]
}

func newMaker(s shape, seed uint64) *maker {
	random := rand.New(rand.NewPCG(seed, 41))
	m := &maker{shape: s, random: random, truth: map[ident.ID]int{}, givens: invented(random, s.names.given),
		surname: invented(random, s.names.family), streets: invented(random, 120), places: invented(random, 60)}
	var home soul
	for i := range s.people {
		p := m.soul()
		if s.household > 1 && i%s.household > 0 {
			p.address, p.place, p.postcode, p.phone, p.family, p.household, p.mother = home.address, home.place, home.postcode, home.phone, home.family, home.household, home.mother
		} else {
			p.household = i
			home = p
		}
		m.write(p, i, 0, false)
		if random.Float64() < s.twins {
			twin := p
			twin.given, twin.female, twin.number = m.draw(m.givens), random.IntN(2) == 0, m.soul().number
			m.write(twin, s.people+i, 0, false)
		}
		switch {
		case s.between > 0 && random.Float64() < s.between:
			m.write(p, i, 1, true)
		case s.between != 0:
			m.write(m.soul(), 2*s.people+i, 1, false)
		case random.Float64() < s.again:
			for range 1 + random.IntN(s.copies-1) {
				m.write(p, i, 0, true)
			}
			if s.copies == 6 { // everybody six times
				for m.count(i) < 6 {
					m.write(p, i, 0, true)
				}
			}
		}
	}
	random.Shuffle(len(m.records), func(i, j int) { m.records[i], m.records[j] = m.records[j], m.records[i] })
	return m
}

func (m *maker) count(person int) int {
	n := 0
	for i := len(m.records) - 1; i >= 0 && m.truth[m.records[i].ID] == person; i-- {
		n++
	}
	return n
}

func (m *maker) draw(from []string) string {
	return from[int(math.Pow(m.random.Float64(), m.names.steep)*float64(len(from)))]
}

func (m *maker) soul() soul {
	p := soul{given: m.draw(m.givens), family: m.draw(m.surname), mother: m.draw(m.givens), female: m.random.IntN(2) == 0,
		born: civil.MustParse("1930-01-01") + civil.Date(m.random.IntN(30000)), number: m.random.IntN(90_000_000) + 10_000_000}
	if m.random.Float64() < m.names.mononym {
		p.family = ""
	}
	at := m.random.IntN(len(m.places))
	p.place, p.postcode = m.places[at], fmt.Sprint(20000+37*at+m.random.IntN(3))
	p.address = fmt.Sprintf("%d %s", 1+m.random.IntN(200), m.draw(m.streets))
	p.phone = fmt.Sprintf("08%09d", m.random.IntN(1_000_000_000))
	return p
}

// write writes a person down, with errors where it is not the first time.
func (m *maker) write(p soul, person int, list uint8, again bool) {
	r := Record{List: list}
	binary.BigEndian.PutUint64(r.ID[:8], m.random.Uint64())
	binary.BigEndian.PutUint64(r.ID[8:], uint64(len(m.records)))
	text := func(s string) string {
		if m.random.Float64() < m.missing {
			return ""
		}
		if again && m.random.Float64() < m.errors {
			return m.garble(s)
		}
		return s
	}
	given, family := text(p.given), text(p.family)
	if again && m.random.Float64() < m.names.swap {
		given, family = family, given
	}
	for _, column := range m.keep {
		switch column {
		case 'n':
			r.Name = strings.TrimSpace(given + " " + family)
		case 'b':
			if m.random.Float64() >= m.missing {
				born := p.born
				if again && m.random.Float64() < m.errors {
					born = m.misdate(born)
				}
				r.Born = &born
			}
		case 'y':
			y, _, _ := p.born.YMD()
			if again && m.random.Float64() < m.errors {
				y += m.random.IntN(3) - 1
			}
			born := civil.Of(y, 1, 1)
			r.Born = &born
		case 's':
			female := p.female != (again && m.random.Float64() < m.errors/5)
			if m.random.Float64() >= m.missing {
				r.Female = &female
			}
		case 'm':
			r.Mother = text(p.mother)
		case 'a':
			r.Address = text(p.address)
			if again && m.random.Float64() < m.errors/2 { // moved
				r.Address = m.soul().address
			}
		case 'p':
			r.Place = text(p.place)
		case 'z':
			r.Postcode = text(p.postcode)
		case 'f':
			r.Phone = text(p.phone)
			if again && m.random.Float64() < m.errors/2 {
				r.Phone = m.soul().phone
			}
		case 'i':
			r.Number = text(fmt.Sprint(p.number))
		}
	}
	m.truth[r.ID] = person
	m.records = append(m.records, r)
}

func (m *maker) misdate(d civil.Date) civil.Date {
	y, month, day := d.YMD()
	switch m.random.IntN(5) {
	case 0:
		return civil.Of(y+m.random.IntN(5)-2, month, day)
	case 1:
		return civil.Of(y, month, 1+m.random.IntN(28))
	case 2:
		return civil.Of(y, 1+(month+5)%12, min(day, 28))
	case 3:
		return civil.Of(y, 1, 1) // clerks write the first of January
	}
	return d + civil.Date(m.random.IntN(7)-3)
}

// garble writes a text as somebody in a hurry does: a letter wrong, missing,
// doubled or in the wrong place, up to twice; half of the text; a letter heard
// otherwise.
func (m *maker) garble(s string) string {
	if len(s) < 3 {
		return s
	}
	switch m.random.IntN(8) {
	case 0:
		if words := strings.Fields(s); len(words) > 1 {
			return words[m.random.IntN(len(words))]
		}
		return s[:1]
	case 1:
		return strings.NewReplacer("i", "e", "k", "c", "s", "z", "t", "d").Replace(s)
	case 2:
		return m.slip(m.slip(s))
	}
	return m.slip(s)
}

func (m *maker) slip(s string) string {
	if len(s) < 3 {
		return s
	}
	k := m.random.IntN(len(s) - 1)
	switch m.random.IntN(4) {
	case 0:
		return s[:k] + s[k+1:]
	case 1:
		return s[:k] + s[k:k+1] + s[k:]
	case 2:
		return s[:k] + s[k+1:k+2] + s[k:k+1] + s[k+2:]
	}
	letters := "abcdefghijklmnopqrstuvwxyz"
	if s[k] >= '0' && s[k] <= '9' {
		letters = "0123456789"
	}
	return s[:k] + letters[m.random.IntN(len(letters)):][:1] + s[k+1:]
}

// policyOptions are what the built-in policy says.
var policyOptions = Options{Match: .6, Review: .1, BlockLimit: 500}

func TestListsOfManyShapesAreLinkedWithTheSameSettings(t *testing.T) {
	for _, s := range shapes {
		if !s.quick && os.Getenv("GOTONG_SOAK") == "" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			m := newMaker(s, 1)
			o := policyOptions
			o.Between = s.between != 0
			right, wrong, all := m.accuracy(link(t, m.records, o))
			precision, recall := 1., 1.
			if right+wrong > 0 {
				precision = float64(right) / float64(right+wrong)
			}
			if all > 0 {
				recall = float64(right) / float64(all)
			}
			t.Logf("found %d, wrong %d, missed %d: precision %.4f, recall %.4f", right, wrong, all-right, precision, recall)
			if all == 0 && wrong > 2 {
				t.Errorf("nobody is on it twice, and %d pairs are found", wrong)
			}
			if all > 0 && (precision < s.precision || recall < s.recall) {
				t.Errorf("precision %.4f, recall %.4f; least %.2f and %.2f", precision, recall, s.precision, s.recall)
			}
		})
	}
}

func (m *maker) accuracy(r *Result) (right, wrong, all int) {
	of := map[int]int{}
	lists := map[int][2]int{}
	for i := range m.records {
		person := m.truth[m.records[i].ID]
		if m.between == 0 {
			all += of[person]
			of[person]++
		} else {
			n := lists[person]
			n[m.records[i].List]++
			lists[person] = n
		}
	}
	for _, n := range lists {
		all += n[0] * n[1]
	}
	for _, pair := range r.Pairs {
		switch {
		case !pair.Same:
		case m.truth[pair.Left] == m.truth[pair.Right]:
			right++
		default:
			wrong++
		}
	}
	return right, wrong, all
}
