package document

import (
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// DecreeOf is what the decree of an enacted determination is made of.
type DecreeOf struct {
	ID         string
	Area       string     // code that the decree covers; "" is all of the office's area
	Place      string     // its name
	AsOf       civil.Date // day of the data
	Proposed   string     // who answers for it
	Enacted    string     // who enacted it, another person
	EnactedOn  civil.Date
	Digest     string // of the determination
	Programmes []DecreeProgramme
}

// DecreeProgramme is one programme of a decree with its recipients.
type DecreeProgramme struct {
	Name   string
	Laws   []string
	People []Recipient // by area, in the order of the determination
}

// Recipient is somebody whom a decree names.
type Recipient struct {
	Name    string
	NIK     string // masked
	Address string
	Area    string // name of the village
	Annual  money.Rupiah
}

// Paper writes the decree.
func (d DecreeOf) Paper(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.decree."+key, args...) }
	p := &Paper{Form: form, Kind: Decree, Lang: l, Subject: d.ID, Area: d.Area, Office: o,
		Title: []string{t("title", "head", o.Head.Role), t("about"), t("place_year", "place", d.Place, "year", yearOf(d.AsOf))}}
	people, total := 0, money.Rupiah(0)
	var laws []string
	for _, g := range d.Programmes {
		people += len(g.People)
		total += g.total()
		laws = appendNew(laws, g.Laws...)
	}
	p.say(Block{Heading: t("whereas")}, Block{Clauses: lettered(
		t("whereas_a"), t("whereas_b", "date", LongDay(l, d.AsOf), "proposer", d.Proposed, "enacter", d.Enacted, "enacted", LongDay(l, d.EnactedOn)), t("whereas_c"))})
	if len(laws) > 0 {
		p.say(Block{Heading: t("considering")}, Block{Clauses: numbered(laws...)})
	}
	p.say(Block{Centre: t("decides")},
		Block{Clauses: []Clause{
			{t("first"), t("first_text", "people", grouping(l, int64(people)), "place", d.Place, "total", Rupiah(l, total))},
			{t("second"), t("second_text")}, {t("third"), t("third_text")}, {t("fourth"), t("fourth_text")}}},
		Block{Sign: []Signatory{o.Head}}, Block{Small: t("digest", "digest", d.Digest)})
	d.annex(p, t)
	return p
}

// annex writes the sums by programme, and then the names.
func (d DecreeOf) annex(p *Paper, t func(string, ...any) string) {
	p.say(Block{NewPage: true}, Block{Centre: t("annex")}, Block{Text: t("annex_lead")})
	sums := &Table{Name: t("sums"), Columns: []Column{{t("no"), 6, Code}, {t("programme"), 50, Words}, {t("recipients"), 20, Count}, {t("annual"), 28, Amount}}}
	var people int64
	var total money.Rupiah
	for i, g := range d.Programmes {
		sums.Rows = append(sums.Rows, []string{strconv.Itoa(i + 1), g.Name, strconv.Itoa(len(g.People)), digits(g.total())})
		people, total = people+int64(len(g.People)), total+g.total()
	}
	sums.Totals = []string{"", t("total"), strconv.FormatInt(people, 10), digits(total)}
	p.say(Block{Table: sums})
	for _, g := range d.Programmes {
		if len(g.People) == 0 {
			continue
		}
		names := &Table{Name: g.Name, Totals: []string{"", t("total"), "", "", digits(g.total())},
			Columns: []Column{{t("no"), 9, Code}, {t("name"), 38, Words}, {t("nik"), 30, Code}, {t("address"), 62, Words}, {t("annual"), 24, Amount}}}
		area := ""
		for i, r := range g.People {
			if r.Area != area {
				area = r.Area
				names.Rows = append(names.Rows, []string{area})
			}
			names.Rows = append(names.Rows, []string{strconv.Itoa(i + 1), r.Name, r.NIK, r.Address, digits(r.Annual)})
		}
		p.say(Block{Heading: g.Name}, Block{Table: names})
	}
}

func (g DecreeProgramme) total() money.Rupiah {
	var sum money.Rupiah
	for _, r := range g.People {
		sum += r.Annual
	}
	return sum
}
