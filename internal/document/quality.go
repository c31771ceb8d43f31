package document

import (
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/i18n"
)

// QualityOf is what the report on the quality of the register is made of.
// Names are in the paper's language.
type QualityOf struct {
	Area      string // code; "" is the nation
	Subject   string
	Place     string
	Day       civil.Date
	Families  int64
	Persons   int64
	Facts     [2]int64 // known, asked
	Sound     int64
	Issues    []Tally
	Groups    []Tally
	Steps     []Tally
	Warnings  []Tally
	Waiting   []Tally
	Below     []QualityRow
	BelowHead []string // headings of the counts
	Trend     []QualityRow
	TrendHead []string
	Source    string // of the rule
}

// Tally is a count of a whole.
type Tally struct {
	Name  string
	N, Of int64
}

// QualityRow is a row of counts under a name.
type QualityRow struct {
	Name   string
	Counts []string // as they are read
}

// Report writes the report.
func (d QualityOf) Report(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.quality."+key, args...) }
	p := &Paper{Form: form, Kind: Quality, Lang: l, Subject: d.Subject, Area: d.Area, Office: o, Title: []string{t("title"), d.Place}}
	p.say(Block{Pairs: []Pair{{t("area"), d.Place}, {t("day"), LongDay(l, d.Day)}, {t("families"), grouping(l, d.Families)},
		{t("persons"), grouping(l, d.Persons)}, {t("facts"), percent(l, d.Facts[0], d.Facts[1])}, {t("sound"), grouping(l, d.Sound) + " (" + percent(l, d.Sound, d.Families) + ")"}}})
	tallies := func(title, head, count string, all []Tally, of bool) {
		p.say(Block{Heading: title})
		if len(all) == 0 {
			p.say(Block{Text: t("none")})
			return
		}
		table := &Table{Name: title, Columns: []Column{{head, 80, Words}, {count, 28, Count}}}
		if of {
			table.Columns = append(table.Columns, Column{t("asked"), 28, Count})
		}
		table.Columns = append(table.Columns, Column{t("share"), 22, Words})
		for _, x := range all {
			row := []string{x.Name, strconv.FormatInt(x.N, 10)}
			if of {
				row = append(row, strconv.FormatInt(x.Of, 10))
			}
			table.Rows = append(table.Rows, append(row, percent(l, x.N, x.Of)))
		}
		p.say(Block{Table: table})
	}
	tallies(t("summary"), t("what"), t("count"), d.Issues, false)
	tallies(t("groups"), t("group"), t("known"), d.Groups, true)
	tallies(t("fresh"), t("step"), t("count"), d.Steps, false)
	tallies(t("warnings"), t("warning"), t("count"), d.Warnings, false)
	tallies(t("waiting"), t("programme"), t("count"), d.Waiting, false)
	rows := func(title, first string, heads []string, all []QualityRow) {
		if len(all) == 0 {
			return
		}
		table := &Table{Name: title, Columns: []Column{{first, 46, Words}}}
		for _, h := range heads {
			table.Columns = append(table.Columns, Column{h, 22, Words})
		}
		for _, r := range all {
			table.Rows = append(table.Rows, append([]string{r.Name}, r.Counts...))
		}
		p.say(Block{Heading: title}, Block{Table: table})
	}
	rows(t("trend"), t("day"), d.TrendHead, d.Trend)
	rows(t("below"), t("area"), d.BelowHead, d.Below)
	p.say(Block{Sign: []Signatory{o.Head}}, Block{Small: t("note", "source", d.Source)})
	return p
}

// percent writes a share with one decimal.
func percent(l i18n.Lang, n, of int64) string {
	if of == 0 {
		return "–"
	}
	tenths := (2000*n/of + 1) / 2
	comma := ","
	if l == i18n.EN {
		comma = "."
	}
	return strconv.FormatInt(tenths/10, 10) + comma + strconv.FormatInt(tenths%10, 10) + "%"
}
