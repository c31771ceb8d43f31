package document

import "gotong/internal/i18n"

// BreachOf is what the letter about a breach is made of (UU 27/2022, art. 46):
// which data, when and how, and what the office does about it.
type BreachOf struct {
	Entry   string // id
	Area    string
	Place   string
	Head    string
	Address string
	Known   string // when the office knew
	Span    string // when it happened; "" when nobody knows
	What    string
	Measure string
}

// Letter writes the letter.
func (d BreachOf) Letter(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.breach."+key, args...) }
	p := &Paper{Form: form, Kind: BreachNotice, Lang: l, Subject: d.Entry, Area: d.Area, Office: o, Title: []string{t("title")}}
	facts := []Pair{{t("known"), d.Known}}
	if d.Span != "" {
		facts = append(facts, Pair{t("span"), d.Span})
	}
	p.say(Block{Text: t("to", "name", d.Head) + "\n" + d.Address + "\n" + d.Place}, Block{Text: t("opening")}, Block{Pairs: facts},
		Block{Heading: t("what")}, Block{Text: d.What}, Block{Heading: t("measure")}, Block{Text: d.Measure}, Block{Text: t("advice")}, Block{Sign: []Signatory{o.Head}})
	return p
}
