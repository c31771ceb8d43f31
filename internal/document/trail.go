package document

import (
	"strconv"

	"gotong/internal/i18n"
)

// TrailOf is what the answer to "who saw my data" is made of. Words are in
// the paper's language.
type TrailOf struct {
	Family string // id
	Area   string // code of the village
	Place  string
	Head   string
	Until  string // instant, in words
	Own    []Look
	Many   []Look
}

// Look is one look or change, or with Times all of one kind.
type Look struct {
	At, Who, Action, Purpose, Fields string
	Times                            int64
}

// Letter writes the answer.
func (d TrailOf) Letter(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.trail."+key, args...) }
	p := &Paper{Form: form, Kind: Trail, Lang: l, Subject: d.Family, Area: d.Area, Office: o, Title: []string{t("title")}}
	p.say(Block{Text: t("to", "name", d.Head) + "\n" + d.Place}, Block{Pairs: []Pair{{t("family"), d.Family}, {t("period"), d.Until}}}, Block{Text: t("lead")})
	looks := func(title, at string, all []Look, times bool) {
		p.say(Block{Heading: title})
		if len(all) == 0 {
			p.say(Block{Text: t("none")})
			return
		}
		table := &Table{Name: title, Columns: []Column{{at, 32, Words}, {t("who"), 28, Words}, {t("action"), 42, Words}, {t("purpose"), 32, Words}, {t("fields"), 34, Words}}}
		if times {
			table.Columns = append(table.Columns, Column{t("times"), 12, Count})
		}
		for _, x := range all {
			row := []string{x.At, x.Who, x.Action, x.Purpose, x.Fields}
			if times {
				row = append(row, strconv.FormatInt(x.Times, 10))
			}
			table.Rows = append(table.Rows, row)
		}
		p.say(Block{Table: table})
	}
	looks(t("own"), t("at"), d.Own, false)
	looks(t("many"), t("last"), d.Many, true)
	if len(d.Many) > 0 {
		p.say(Block{Small: t("many_lead")})
	}
	p.say(Block{Text: t("ask")}, Block{Sign: []Signatory{o.Head}})
	return p
}
