package document

import (
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/i18n"
)

// DestructionOf is what the record of a destruction is made of. It holds
// counts and a digest, and nothing of anybody. Words are in the paper's
// language.
type DestructionOf struct {
	Proposal string // id
	Area     string
	Place    string
	Class    string
	After    string // from when the time of a record is counted
	Years    int
	AsOf     civil.Date
	RuleFrom civil.Date
	Source   string
	Proposed string // who, and when
	Approved string // likewise
	Done     string
	Digest   string // of the ids of the destroyed records
	Villages []Tally
	Held     []Tally // by reason
	Count    int64
}

// Paper writes the record.
func (d DestructionOf) Paper(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.destruction."+key, args...) }
	p := &Paper{Form: form, Kind: Destruction, Lang: l, Subject: d.Proposal, Area: d.Area, Office: o, Title: []string{t("title"), d.Class, d.Place}}
	p.say(Block{Text: t("opening", "n", grouping(l, d.Count), "class", d.Class)},
		Block{Pairs: []Pair{{t("class"), d.Class}, {t("area"), d.Place}, {t("rule"), t("rule_text", "years", d.Years, "after", d.After, "from", LongDay(l, d.RuleFrom))},
			{t("source"), d.Source}, {t("as_of"), LongDay(l, d.AsOf)}, {t("proposed"), d.Proposed}, {t("approved"), d.Approved}, {t("done"), d.Done},
			{t("how"), t("how_text")}, {t("digest"), d.Digest}}})
	table := func(title, head string, all []Tally) {
		if len(all) == 0 {
			return
		}
		x := &Table{Name: title, Columns: []Column{{head, 110, Words}, {t("count"), 30, Count}}}
		for _, row := range all {
			x.Rows = append(x.Rows, []string{row.Name, strconv.FormatInt(row.N, 10)})
		}
		p.say(Block{Heading: title}, Block{Table: x})
	}
	table(t("villages"), t("village"), d.Villages)
	table(t("held"), t("reason"), d.Held)
	p.say(Block{Sign: []Signatory{o.Head}}, Block{Small: t("note")})
	return p
}
