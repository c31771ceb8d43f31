package document

import (
	"gotong/internal/i18n"
)

// ErasedOf is what the certificate of an erasure is made of: what went and
// what stays, place by place. It holds data of nobody: the name of whom it is
// given to is written in by hand, as the office has it no more.
type ErasedOf struct {
	Event    string // id
	Area     string
	Place    string
	Whole    bool // all of a family, otherwise some of it
	Basis    string
	Proposed string // who, and when
	Approved string // likewise
	Places   []ErasedFrom
}

// ErasedFrom is what became of one place. Words are in the paper's language.
type ErasedFrom struct {
	Place      string
	Gone, Kept int
	Until      string // empty: for good, or nothing is kept
	Why        string // it is kept
}

// Paper writes the certificate.
func (e ErasedOf) Paper(o Office, l i18n.Lang) *Paper {
	t := func(key string, args ...any) string { return i18n.T(l, "document.erased."+key, args...) }
	p := &Paper{Form: form, Kind: Erased, Lang: l, Subject: e.Event, Area: e.Area, Office: o, Title: []string{t("title")}}
	what := "some"
	if e.Whole {
		what = "whole"
	}
	p.say(Block{Text: t("opening." + what)},
		Block{Pairs: []Pair{{t("given_to"), t("by_hand")}, {t("area"), e.Place}, {t("event"), e.Event}, {t("basis"), e.Basis},
			{t("proposed"), e.Proposed}, {t("approved"), e.Approved}, {t("how"), t("how_text")}}})
	gone := &Table{Name: t("gone"), Columns: []Column{{t("place"), 130, Words}, {t("count"), 30, Count}}}
	kept := &Table{Name: t("kept"), Columns: []Column{{t("place"), 45, Words}, {t("count"), 15, Count}, {t("until"), 30, Words}, {t("why"), 75, Words}}}
	for _, f := range e.Places {
		if f.Gone > 0 {
			gone.Rows = append(gone.Rows, []string{f.Place, grouping(l, int64(f.Gone))})
		}
		if f.Kept > 0 {
			kept.Rows = append(kept.Rows, []string{f.Place, grouping(l, int64(f.Kept)), f.Until, f.Why})
		}
	}
	for _, x := range []*Table{gone, kept} {
		if len(x.Rows) > 0 {
			p.say(Block{Heading: x.Name}, Block{Table: x})
		}
	}
	p.say(Block{Text: t("complaint")}, Block{Sign: []Signatory{o.Head}}, Block{Small: t("note")})
	return p
}
