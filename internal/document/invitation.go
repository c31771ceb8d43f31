package document

import (
	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// InvitationsOf is what the letters are made of that invite families to be
// paid at the post office: a page a family.
type InvitationsOf struct {
	PaymentOf
	Guests []Guest
}

// Guest is one family that is invited.
type Guest struct {
	Reference string // of the line: the danom number
	Name      string
	Place     string // village and above
	Day       civil.Date
	Sheet     int // of the payers' sheets
	Amount    money.Rupiah
}

// Letters writes the letters.
func (d InvitationsOf) Letters(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.invitation."+key, args...) }
	p := d.paper(Invitation, o, l, t("title"), d.Programme)
	for i, g := range d.Guests {
		if i > 0 {
			p.say(Block{NewPage: true})
		}
		p.say(Block{Text: t("to", "name", g.Name) + "\n" + g.Place},
			Block{Text: t("opening", "programme", d.Programme, "period", d.Period)},
			Block{Pairs: []Pair{{t("day"), LongDay(l, g.Day)}, {t("place"), t("office", "place", g.Place)}, {t("sheet"), grouping(l, int64(g.Sheet))}, {t("amount"), Rupiah(l, g.Amount)}}},
			Block{QR: &Pair{t("number"), g.Reference}},
			Block{Heading: t("bring")},
			Block{Clauses: numbered(t("bring_letter"), t("bring_ktp"), t("bring_kk"))},
			Block{Small: t("closing")}, Block{Sign: []Signatory{o.Head}})
	}
	return p
}
