package document

import (
	"strconv"

	"gotong/internal/i18n"
)

// HandoverOf is what the record of a handover is made of: who gave what to
// whom, where, and what shows it.
type HandoverOf struct {
	ID       string
	Area     string // code
	Place    string // where, in words
	Position string // as measured, such as -6.12345, 106.94321 (± 8 m); "" for none
	Giver    Party
	Taker    Party
	Witness  *Party // nil for none
	Basis    string // the list or decree that it rests on; "" for none
	Goods    []Good
	Photos   []Image // at most as many as are printed
	AllPhoto int     // how many were taken
}

// Party is who takes part in a handover.
type Party struct {
	Name      string
	Role      string // capacity, or relation to the recipient
	Masked    string // NIK or number of service, masked; "" for none
	Address   string
	Signature []byte // PNG or JPEG; nil to be signed by hand
}

// Good is one line of goods.
type Good struct {
	Name      string
	Serial    string // or lot; "" for none
	Quantity  int64
	Unit      string
	Condition string
}

// Record writes the record of the handover.
func (d HandoverOf) Record(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.handover."+key, args...) }
	p := &Paper{Form: form, Kind: Handover, Lang: l, Subject: d.ID, Area: d.Area, Office: o, Title: []string{t("title"), t("about")}}
	party := func(who Party) Block {
		pairs := []Pair{{t("name"), who.Name}, {t("role"), who.Role}}
		for _, x := range []Pair{{t("number"), who.Masked}, {t("address"), who.Address}} {
			if x.Value != "" {
				pairs = append(pairs, x)
			}
		}
		return Block{Pairs: pairs}
	}
	p.say(Block{Text: t("opening", "place", d.Place)}, Block{Heading: t("giver")}, party(d.Giver), Block{Heading: t("taker")}, party(d.Taker))
	if d.Basis != "" {
		p.say(Block{Text: t("basis", "basis", d.Basis)})
	}
	goods := &Table{Name: t("goods"), Columns: []Column{{t("no"), 8, Code}, {t("good"), 50, Words}, {t("serial"), 38, Code}, {t("quantity"), 18, Count}, {t("unit"), 18, Words}, {t("condition"), 28, Words}}}
	for i, g := range d.Goods {
		goods.Rows = append(goods.Rows, []string{strconv.Itoa(i + 1), g.Name, g.Serial, strconv.FormatInt(g.Quantity, 10), g.Unit, g.Condition})
	}
	p.say(Block{Text: t("states")}, Block{Table: goods}, Block{Text: t("closing")})
	if d.Position != "" || d.AllPhoto > 0 {
		p.say(Block{Pairs: []Pair{{t("position"), orDash(d.Position)}, {t("photos"), grouping(l, int64(d.AllPhoto))}}})
	}
	hands := []Signatory{{Role: t("taker"), Name: d.Taker.Name, Picture: d.Taker.Signature},
		{Place: o.Place, Role: t("giver"), Name: d.Giver.Name, Picture: d.Giver.Signature}}
	if d.Witness != nil {
		hands = append([]Signatory{{Role: t("witness"), Name: d.Witness.Name, Picture: d.Witness.Signature}}, hands...)
	}
	p.say(Block{Sign: hands})
	if len(d.Photos) > 0 {
		p.say(Block{Heading: t("photo_title")}, Block{Images: d.Photos})
	}
	return p
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
