package document

import (
	"gotong/internal/civil"
	"gotong/internal/i18n"
)

// NoticeOf is what the letter to a family is made of.
type NoticeOf struct {
	Family  string // id
	Area    string // code of the village
	Head    string
	Address string
	Place   string // village and above
	AsOf    civil.Date
	Digest  string // of the determination
	Code    string // notice code, as printed
	Answers []Answer
}

// Answer is what was decided of one programme, and why.
type Answer struct {
	Programme string
	Who       string // the member that it is about; "" is the family
	Outcome   string // in words
	Amount    string // in words; "" for nothing
	Reasons   []string
}

// Letter writes the letter.
func (d NoticeOf) Letter(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.notice."+key, args...) }
	p := &Paper{Form: form, Kind: Notice, Lang: l, Subject: d.Family, Area: d.Area, Office: o, Title: []string{t("title")}}
	p.say(Block{Text: t("to", "name", d.Head) + "\n" + d.Address + "\n" + d.Place}, Block{Text: t("opening", "date", LongDay(l, d.AsOf))})
	for _, a := range d.Answers {
		title := a.Programme
		if a.Who != "" {
			title += " — " + a.Who
		}
		p.say(Block{Heading: title})
		said := a.Outcome
		if a.Amount != "" {
			said += ": " + a.Amount
		}
		clauses := []Clause{{"•", said}}
		for _, r := range a.Reasons {
			clauses = append(clauses, Clause{"–", r})
		}
		p.say(Block{Clauses: clauses})
	}
	p.say(Block{Code: &Pair{t("code"), d.Code}}, Block{Text: t("code_lead")},
		Block{Heading: t("object")}, Block{Text: t("object_text")},
		Block{Sign: []Signatory{o.Head}}, Block{Small: t("digest", "digest", d.Digest)})
	return p
}
