package linkage

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/nik"
)

// people makes a small town in which some people are on record twice, with
// the errors of real offices, for tests that must know the truth.
type people struct {
	random  *rand.Rand
	serial  map[string]int
	records []Record
	truth   map[ident.ID]int // the person that a record speaks of
	next    int
	errors  float64 // how often each field of a second record is wrong
}

var (
	townMen    = strings.Fields(`Agus Budi Slamet Joko Bambang Asep Ujang Dadang Hasan Husen Ahmad Rizki Rizal Fajar Hendra Dedi Eko Dwi Yusuf Ibrahim Zaenal Samsul Suparman Sutrisno Wahyudi Andi Rahmat Iwan Taufik Ridwan Gilang Bagas Wayan Made Ketut Darmawan Poltak Binsar Daniel Yohanes`)
	townWomen  = strings.Fields(`Siti Sri Nur Dewi Endang Aminah Fatimah Rina Rini Dina Dini Wulan Ratna Lilis Neneng Euis Aisyah Fitri Putri Ayu Kartini Yuni Yanti Murni Sumiati Suminah Maimunah Rohani Halimah Nurhayati Zubaedah Khotimah Marlina Ester Maria Tiurma Wati Tuti Nani Mega`)
	townSecond = strings.Fields(`Santoso Hidayat Setiawan Wibowo Nugroho Saputra Pratama Kurniawan Gunawan Susanto Rahayu Lestari Handayani Rahmawati Wulandari Sari Utami Hasanah Komariah Suryani Mulyani Fauzi Anwar Hakim Rahman Siregar Nasution Simanjuntak Wijaya Permana Maulana Firmansyah Sutisna Mulyana Suherman Yulianto Purnomo Winarno Astuti Ningsih`)
	townStreet = strings.Fields(`Melati Mawar Kenanga Anggrek Merdeka Sudirman Pelabuhan Nelayan Cempaka Dahlia Flamboyan Rajawali Kutilang Merpati Garuda`)
)

func newPeople(seed uint64) *people {
	return &people{random: rand.New(rand.NewPCG(seed, 7)), serial: map[string]int{}, truth: map[ident.ID]int{}, errors: .3}
}

func (p *people) id() ident.ID {
	p.next++
	var id ident.ID
	binary.BigEndian.PutUint64(id[:8], p.random.Uint64())
	binary.BigEndian.PutUint64(id[8:], uint64(p.next))
	return id
}

func (p *people) pick(list []string) string { // a few are common, many are rare
	u := p.random.Float64()
	return list[int(u*u*float64(len(list)))]
}

func (p *people) name(female bool) string {
	first := townMen
	if female {
		first = townWomen
	}
	name := p.pick(first)
	switch x := p.random.Float64(); {
	case x < .12 && !female:
		name = "Muhammad " + name
	case x < .18 && female:
		name = "Siti " + name
	}
	if p.random.Float64() < .7 {
		name += " " + p.pick(townSecond)
	}
	return name
}

func (p *people) number(area string, born civil.Date, female bool) string {
	prefix := string(nik.Build(area[:6], born, female, 1))[:12]
	p.serial[prefix]++
	return string(nik.Build(area[:6], born, female, p.serial[prefix]))
}

// family adds a couple with children, now and then twins.
func (p *people) family() {
	area := []string{"3674011001", "3674011002", "3674021001", "3674031005"}[p.random.IntN(4)]
	family := p.id()
	address := "Jl. " + p.pick(townStreet) + " No. " + string(rune('1'+p.random.IntN(9))) + " RT 0" + string(rune('1'+p.random.IntN(9)))
	mother := p.name(true)
	add := func(name, mother string, born civil.Date, female bool) {
		r := Record{ID: p.id(), Family: family, Name: name, Mother: mother, Born: &born, Female: &female, Area: area, Address: address}
		if p.random.Float64() > .04 {
			r.Number = p.number(area, born, female)
		}
		p.truth[r.ID] = len(p.records)
		p.records = append(p.records, r)
	}
	year := civil.Date(365 * (p.random.IntN(40) - 15))
	day := func(from int) civil.Date { return year + civil.Date(365*from+p.random.IntN(365)) }
	add(p.name(false), p.name(true), day(0), false)
	add(mother, p.name(true), day(2), true)
	for range p.random.IntN(4) {
		female := p.random.IntN(2) == 0
		born := day(22 + p.random.IntN(12))
		name := p.name(female)
		add(name, mother, born, female)
		if p.random.Float64() < .03 {
			twin := p.name(female)
			if p.random.IntN(2) == 0 { // twins are named alike
				twin = name[:len(name)-1] + "u"
			}
			if twin == name {
				twin += " Kembar"
			}
			add(twin, mother, born, female)
		}
	}
}

// again puts a person on record a second time, in a family of their own.
func (p *people) again(i int) {
	r := p.records[i]
	r.ID, r.Family = p.id(), p.id()
	wrong := func() bool { return p.random.Float64() < p.errors }
	if wrong() {
		r.Name = p.misspell(r.Name)
	}
	if wrong() {
		r.Mother = p.misspell(r.Mother)
	}
	if wrong() {
		born := p.misdate(*r.Born)
		r.Born = &born
	}
	if wrong() && r.Number != "" {
		d := []byte(r.Number)
		k := p.random.IntN(15)
		if p.random.IntN(2) == 0 {
			d[k], d[k+1] = d[k+1], d[k]
		} else {
			d[k] = '0' + (d[k]-'0'+1+byte(p.random.IntN(8)))%10
		}
		r.Number = string(d)
	} else if wrong() {
		r.Number = ""
	}
	if wrong() {
		r.Address = "Gg. " + p.pick(townStreet)
	}
	p.truth[r.ID] = p.truth[p.records[i].ID]
	p.records = append(p.records, r)
}

func (p *people) misspell(s string) string {
	switch p.random.IntN(6) {
	case 0:
		return "Hj. " + s
	case 1:
		return strings.NewReplacer("u", "oe", "j", "dj", "Muhammad", "M.", "y", "j").Replace(s)
	case 2:
		if words := strings.Fields(s); len(words) > 1 {
			return strings.Join(words[:len(words)-1], " ")
		}
	case 3:
		k := 1 + p.random.IntN(len(s)-1)
		return s[:k] + s[k-1:k] + s[k:]
	}
	k := 1 + p.random.IntN(len(s)-2)
	if p.random.IntN(2) == 0 {
		return s[:k] + s[k+1:]
	}
	return s[:k] + s[k+1:k+2] + s[k:k+1] + s[k+2:]
}

func (p *people) misdate(d civil.Date) civil.Date {
	y, m, dd := d.YMD()
	switch p.random.IntN(3) {
	case 0:
		if dd <= 12 {
			return civil.Of(y, time.Month(dd), int(m))
		}
	case 1:
		return civil.Of(y+1, m, dd)
	}
	return civil.Of(y, m, 1+(dd+9)%28)
}
