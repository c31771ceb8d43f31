package document

import "gotong/internal/i18n"

// AnsweredOf is what the answer to a request about somebody's own data is
// made of. Words are in the paper's language.
type AnsweredOf struct {
	Request string // id
	Area    string
	Place   string
	Head    string
	Address string
	Asked   string // what kind of request
	AskedOn string
	Due     string
	Outcome string
	On      string
	Text    string
}

// Letter writes the answer.
func (d AnsweredOf) Letter(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.answered."+key, args...) }
	p := &Paper{Form: form, Kind: Answered, Lang: l, Subject: d.Request, Area: d.Area, Office: o, Title: []string{t("title")}}
	p.say(Block{Text: t("to", "name", d.Head) + "\n" + d.Address + "\n" + d.Place}, Block{Text: t("opening")},
		Block{Pairs: []Pair{{t("asked"), d.Asked}, {t("asked_on"), d.AskedOn}, {t("due"), d.Due}, {t("outcome"), d.Outcome}, {t("on"), d.On}}},
		Block{Heading: t("answer")}, Block{Text: d.Text}, Block{Text: t("object")}, Block{Sign: []Signatory{o.Head}})
	return p
}
