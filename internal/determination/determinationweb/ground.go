package determinationweb

import (
	"strings"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/rule"
	"gotong/internal/web"
)

// ground is what an answer rests on: what is known of each member, and where
// to ask for the rest.
type ground struct {
	People []grounds
	Visit  string
}

// grounds are the facts of one member, or, without a name, of the family.
type grounds struct {
	Name  string
	Facts []sourced
}

// sourced are facts that came from one place on one day; what is derived has
// no source of its own.
type sourced struct{ Facts, Source string }

// shownFacts is how many facts of one member a reason names before it is cut
// short; the page of the family has them all.
const shownFacts = 6

// ground gathers what was looked at for an item, by the member whom it is
// about. Of what is derived only an age is told, for the rest is only another
// way of saying the same.
func (v *whySubject) ground(l i18n.Lang, i determination.Item) ground {
	var g ground
	of := map[ident.ID]int{} // places in g.People
	told := map[ident.ID]int{}
	for k := range i.Facts {
		f := &i.Facts[k]
		if !f.Known || f.Origin == "derived" && f.Indicator.Code != "age" || told[f.PersonID] == shownFacts {
			continue
		}
		told[f.PersonID]++
		at, met := of[f.PersonID]
		if !met {
			at = len(g.People)
			of[f.PersonID] = at
			g.People = append(g.People, grounds{Name: f.Name})
		}
		source := ""
		if f.Origin != "derived" {
			source = f.Source(l)
		}
		g.People[at].add(f.Indicator.Name.In(l)+": "+f.Indicator.Format(f.Value, l), source)
	}
	if i.Holds == rule.Unknown {
		g.Visit = v.Visit
	}
	return g
}

func (g *grounds) add(fact, source string) {
	for k := range g.Facts {
		if g.Facts[k].Source == source {
			g.Facts[k].Facts += "; " + fact
			return
		}
	}
	g.Facts = append(g.Facts, sourced{fact, source})
}

// String writes the facts one after the other, those of one source together.
func (g grounds) String() string {
	parts := make([]string, len(g.Facts))
	for i, f := range g.Facts {
		parts[i] = f.Facts
		if f.Source != "" {
			parts[i] += " (" + f.Source + ")"
		}
	}
	return strings.Join(parts, "; ")
}

// visitLink returns the page on which to record what is to be asked of a
// family; empty for those who may not, and where there is nothing to ask.
func visitLink(r *web.Request, family ident.ID, facts []determination.Fact) string {
	if len(facts) == 0 || !r.Actor.Can(access.EditFamilies) {
		return ""
	}
	asked := make([]string, len(facts))
	for i, f := range facts {
		asked[i] = f.Indicator.Code
		if !f.PersonID.IsZero() {
			asked[i] += "@" + f.PersonID.String()
		}
	}
	return familyPath + "/" + family.String() + "/kunjungan?fakta=" + strings.Join(asked, ",")
}
