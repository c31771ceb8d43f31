package document

import (
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// PaymentOf is what the papers of a pay list are made of.
type PaymentOf struct {
	ID        string
	Number    string // of the list
	Programme string // name
	Period    string
	Area      string // code
	Place     string // name
	Digest    string
	Maker     string
	MadeOn    civil.Date
	Checker   string // "" while nobody has, as below
	Releaser  string
	Lines     int64
	Total     money.Rupiah
	Payees    []Payee // for the list of names
}

// Payee is a line of a pay list.
type Payee struct {
	No     int64
	Holder string
	Bank   string
	Number string // masked
	Area   string // name of the village
	Amount money.Rupiah
	State  string // in words
}

func (d PaymentOf) paper(k Kind, o Office, l i18n.Lang, title string, about ...string) *Paper {
	return &Paper{Form: form, Kind: k, Lang: l, Subject: d.ID, Area: d.Area, Office: o, Title: append([]string{title}, about...)}
}

func (d PaymentOf) about(l i18n.Lang) []Pair {
	t := func(key string) string { return i18n.T(l, "document.pay."+key) }
	return []Pair{{t("list"), d.Number}, {t("programme"), d.Programme}, {t("period"), d.Period}, {t("area"), d.Place},
		{t("lines"), grouping(l, d.Lines)}, {t("total"), Rupiah(l, d.Total)}}
}

// Statement writes the statement of absolute responsibility: who makes a
// list answers for it with all they have.
func (d PaymentOf) Statement(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.statement."+key, args...) }
	p := d.paper(Statement, o, l, t("title"), d.Programme+" · "+d.Period)
	p.say(Block{Text: t("opening")},
		Block{Pairs: []Pair{{t("name"), d.Maker}, {t("role"), t("maker_role")}, {t("office"), o.Name}}},
		Block{Text: t("states")}, Block{Pairs: d.about(l)},
		Block{Clauses: numbered(t("first", "total", Rupiah(l, d.Total), "lines", grouping(l, d.Lines)), t("second"), t("third"), t("fourth"))},
		Block{Text: t("closing")},
		Block{Sign: []Signatory{{Place: o.Place, Role: t("maker_role"), Name: d.Maker}}},
		Block{Small: t("digest", "digest", d.Digest)})
	return p
}

// List writes the list of names of a pay list, for payment or signature.
func (d PaymentOf) List(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.pay."+key, args...) }
	p := d.paper(PaymentList, o, l, t("title"), d.Programme+" · "+d.Period)
	names := &Table{Name: d.Number, Totals: []string{"", t("sum"), "", "", digits(d.Total), ""},
		Columns: []Column{{t("no"), 9, Code}, {t("holder"), 40, Words}, {t("bank"), 18, Words}, {t("account"), 30, Code}, {t("amount"), 24, Amount}, {t("state"), 26, Words}}}
	area := ""
	for _, r := range d.Payees {
		if r.Area != area {
			area = r.Area
			names.Rows = append(names.Rows, []string{area})
		}
		names.Rows = append(names.Rows, []string{strconv.FormatInt(r.No, 10), r.Holder, r.Bank, r.Number, digits(r.Amount), r.State})
	}
	p.say(Block{Pairs: d.about(l)}, Block{Table: names}, Block{Small: t("total_note")})
	hands := []Signatory{{Place: o.Place, Role: t("maker"), Name: d.Maker}}
	if d.Checker != "" {
		hands = append([]Signatory{{Role: t("checker"), Name: d.Checker}}, hands...)
	}
	if d.Releaser != "" {
		hands = append([]Signatory{{Role: t("releaser"), Name: d.Releaser}}, hands...)
	}
	p.say(Block{Sign: hands}, Block{Small: t("digest", "digest", d.Digest)})
	return p
}

// ReconciliationOf is what the report of a pay list's outcome is made of.
type ReconciliationOf struct {
	PaymentOf
	AsOf     civil.Date
	States   []Sum     // lines by what became of them
	Files    []Receipt // return files of the bank
	Open     []Queued  // what is not explained yet
	Balanced bool      // whether the states' sum is the list's
}

// Sum is lines and their amount under a name.
type Sum struct {
	Name  string
	Lines int64
	Total money.Rupiah
}

// Receipt is a file of the bank.
type Receipt struct {
	Name   string
	Taken  civil.Date
	Lines  int64
	SHA256 string
}

// Queued counts exceptions of one sort.
type Queued struct {
	Name   string
	Lines  int64
	Total  money.Rupiah
	Oldest civil.Date
}

// Report writes the reconciliation report.
func (d ReconciliationOf) Report(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.reconciliation."+key, args...) }
	p := d.paper(Reconciliation, o, l, t("title"), d.Programme+" · "+d.Period)
	p.say(Block{Pairs: d.about(l)}, Block{Heading: t("states")})
	states := &Table{Name: t("states_sheet"), Columns: []Column{{t("state"), 60, Words}, {t("lines"), 20, Count}, {t("amount"), 30, Amount}}}
	var lines int64
	var total money.Rupiah
	for _, s := range d.States {
		states.Rows = append(states.Rows, []string{s.Name, strconv.FormatInt(s.Lines, 10), digits(s.Total)})
		lines, total = lines+s.Lines, total+s.Total
	}
	states.Totals = []string{t("sum"), strconv.FormatInt(lines, 10), digits(total)}
	verdict := t("differs")
	if d.Balanced {
		verdict = t("balanced")
	}
	p.say(Block{Table: states}, Block{Text: verdict}, Block{Heading: t("files")})
	if len(d.Files) == 0 {
		p.say(Block{Text: t("no_files")})
	} else {
		files := &Table{Name: t("files_sheet"), Columns: []Column{{t("file"), 50, Words}, {t("taken"), 26, Words}, {t("lines"), 16, Count}, {"SHA-256", 60, Code}}}
		for _, f := range d.Files {
			files.Rows = append(files.Rows, []string{f.Name, LongDay(l, f.Taken), strconv.FormatInt(f.Lines, 10), f.SHA256})
		}
		p.say(Block{Table: files})
	}
	p.say(Block{Heading: t("open")})
	if len(d.Open) == 0 {
		p.say(Block{Text: t("none_open")})
	} else {
		open := &Table{Name: t("open_sheet"), Columns: []Column{{t("reason"), 60, Words}, {t("lines"), 16, Count}, {t("amount"), 30, Amount}, {t("oldest"), 30, Words}}}
		for _, q := range d.Open {
			open.Rows = append(open.Rows, []string{q.Name, strconv.FormatInt(q.Lines, 10), digits(q.Total), LongDay(l, q.Oldest)})
		}
		p.say(Block{Table: open})
	}
	p.say(Block{Sign: []Signatory{o.Head}}, Block{Small: t("digest", "digest", d.Digest)})
	return p
}
