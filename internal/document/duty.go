package document

import (
	"gotong/internal/civil"
	"gotong/internal/i18n"
)

// DutyNoticeOf is what the letter about duties that were not met is made of.
type DutyNoticeOf struct {
	ID        string // of what follows
	Area      string // code of the village
	Head      string
	Address   string
	Place     string // village and above
	Member    string
	Programme string
	Period    string // the instalment
	Missed    []string
	Follows   string // in words
	KeepsBack bool
	From      civil.Date // first day on which anything may be kept back
	Until     civil.Date // last day to object
	Source    string     // what the rule rests on
}

// Letter writes the letter: what was not met, what follows, and how to object.
func (d DutyNoticeOf) Letter(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.duty."+key, args...) }
	p := &Paper{Form: form, Kind: DutyNotice, Lang: l, Subject: d.ID, Area: d.Area, Office: o, Title: []string{t("title")}}
	p.say(Block{Text: t("to", "name", d.Head) + "\n" + d.Address + "\n" + d.Place},
		Block{Text: t("opening", "member", d.Member, "programme", d.Programme)})
	var missed []Clause
	for _, m := range d.Missed {
		missed = append(missed, Clause{"–", m})
	}
	p.say(Block{Clauses: missed}, Block{Heading: t("follows")}, Block{Text: d.Follows})
	if d.KeepsBack {
		p.say(Block{Text: t("from", "date", LongDay(l, d.From), "period", d.Period)})
	}
	p.say(Block{Heading: t("object")}, Block{Text: t("object_text", "date", LongDay(l, d.Until))}, Block{Text: t("paid_back")},
		Block{Small: t("source", "source", d.Source)}, Block{Sign: []Signatory{o.Head}})
	return p
}
