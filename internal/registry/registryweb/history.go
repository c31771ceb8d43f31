package registryweb

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// history tells what happened to a family, the latest first: who changed it,
// from when, on what, and what became different.
func (h *Handlers) history(ctx context.Context, d *registry.Dossier) []web.Event {
	t := &teller{h: h, ctx: ctx, d: d, members: map[ident.ID]registry.MemberCore{}}
	events := make([]web.Event, len(d.Changes))
	for i := range d.Changes { // by version, as each is told against the one before
		c := &d.Changes[i]
		kind := string(c.Kind)
		if c.Kind == registry.Observed && t.byHand(c) != "" {
			kind = "visited"
		}
		events[i] = web.Event{At: web.Moment(ctx, c.RecordedAt), Title: web.T(ctx, "registry.change."+kind),
			Href: eventOf(c),
			Text: strings.Join(slices.Concat(t.circumstances(c), t.core(c), t.facts(c), t.stopped(c)), " "), Tone: web.Quiet}
	}
	slices.Reverse(events)
	return events
}

// teller tells of a family's changes in turn.
type teller struct {
	h       *Handlers
	ctx     context.Context
	d       *registry.Dossier
	family  *registry.FamilyCore // as before the change
	members map[ident.ID]registry.MemberCore
}

// before has the teller begin with a family as it stands.
func (t *teller) before(r *registry.Record) {
	t.family = r.Family.Core()
	for i := range r.Members {
		t.members[r.Members[i].ID] = r.Members[i].Core()
	}
}

// circumstances are who, from when, where from and why.
func (t *teller) circumstances(c *registry.Change) []string {
	by := "registry.history.by"
	if c.ProposedBy != c.ApprovedBy {
		by = "registry.history.by_two"
	}
	text := []string{web.T(t.ctx, by, "who", c.ApprovedBy, "proposer", c.ProposedBy, "on", web.Day(t.ctx, c.EffectiveOn))}
	if source := t.byHand(c); source != "" {
		text = append(text, web.T(t.ctx, "registry.history.source", "source", web.T(t.ctx, "registry.source."+string(source))))
	}
	if c.Reason != "" {
		text = append(text, web.T(t.ctx, "registry.history.reason", "reason", strings.TrimSuffix(c.Reason, ".")))
	}
	// The evidence of an import is the import's id, which tells nobody anything.
	if _, err := ident.Parse(c.Evidence); c.Evidence != "" && err != nil {
		text = append(text, web.T(t.ctx, "registry.history.evidence", "evidence", strings.TrimSuffix(c.Evidence, ".")))
	}
	return text
}

// byHand returns where a change comes from that was entered by hand, or "".
func (t *teller) byHand(c *registry.Change) registry.Source {
	for _, o := range t.d.Observations {
		if o.Version == c.Version && slices.Contains(registry.Sources, o.Source) {
			return o.Source
		}
	}
	return ""
}

// core says which core data a change altered: "Alamat: Jl. A → Jl. B."
func (t *teller) core(c *registry.Change) []string {
	var said []string
	if now := c.Body.Family; now != nil {
		if was := t.family; was != nil {
			said = append(said, t.familyCore(was, now)...)
		}
		t.family = now
	}
	for _, now := range c.Body.Members {
		was, known := t.members[now.ID]
		t.members[now.ID] = now
		switch {
		case known:
			said = append(said, t.memberCore(was, now)...)
		case c.Body.Cause != "":
			said = append(said, web.T(t.ctx, "registry.history.joined", "name", now.Name, "cause", web.T(t.ctx, "registry.cause."+string(c.Body.Cause))))
		case c.Version > 1:
			said = append(said, web.T(t.ctx, "registry.history.came", "name", now.Name))
		}
	}
	return said
}

func (t *teller) familyCore(was, now *registry.FamilyCore) []string {
	atlas := t.h.Service.Atlas()
	return slices.Concat(
		t.differs("", "area", atlas.Path(was.Area, ", "), atlas.Path(now.Area, ", ")),
		t.differs("", "area_code", region.Dotted(was.Area), region.Dotted(now.Area)),
		t.differs("", "address", was.Address, now.Address),
		t.differs("", "rt_rw", neighbourhood(was.RT, was.RW), neighbourhood(now.RT, now.RW)),
		t.differs("", "status", web.T(t.ctx, "registry.family_status."+string(was.Status)), web.T(t.ctx, "registry.family_status."+string(now.Status))),
		t.number("", "kk", was.KKBlind, now.KKBlind))
}

func (t *teller) memberCore(was, now registry.MemberCore) []string {
	relation, _ := t.h.Service.Catalogue().Lookup(indicator.Person, "relation")
	l, whose := web.Lang(t.ctx), cmp.Or(now.Name, web.T(t.ctx, "event.erased_name"))+", "
	return slices.Concat(
		t.differs("", "name", was.Name, now.Name),
		t.differs(whose, "born", t.day(was.Born), t.day(now.Born)),
		t.differs(whose, "sex", t.sex(was.Female), t.sex(now.Female)),
		t.differs(whose, "relation", relation.Format(was.Relation, l), relation.Format(now.Relation, l)),
		t.differs(whose, "mother", was.MotherName, now.MotherName),
		t.differs(whose, "status", web.T(t.ctx, "registry.person_status."+string(was.Status)), web.T(t.ctx, "registry.person_status."+string(now.Status))),
		t.number(whose, "nik", was.NIKBlind, now.NIKBlind))
}

func (t *teller) day(d *civil.Date) string {
	if d == nil {
		return ""
	}
	return web.Day(t.ctx, *d)
}

func (t *teller) sex(female bool) string {
	return web.T(t.ctx, sexKey(registry.Person{Female: female}))
}

// differs says from what to what something changed, where it did.
func (t *teller) differs(whose, what, was, now string) []string {
	if was == now {
		return nil
	}
	return []string{whose + web.T(t.ctx, "registry."+what) + ": " + orDash(was) + " → " + orDash(now) + "."}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// number says that a number changed, and never which it is.
func (t *teller) number(whose, what string, was, now []byte) []string {
	key := "registry.history.number_changed"
	switch {
	case bytes.Equal(was, now):
		return nil
	case was == nil:
		key = "registry.history.number_added"
	case now == nil:
		key = "registry.history.number_removed"
	}
	return []string{whose + web.T(t.ctx, "registry."+what) + ": " + web.T(t.ctx, key)}
}

// facts says which facts a change altered: "Jenis lantai: Keramik → Tanah."
// What somebody's first observation brings is not told one by one.
func (t *teller) facts(c *registry.Change) []string {
	var said []string
	subjects := []subject{{level: indicator.Family}}
	for _, m := range t.d.Members {
		subjects = append(subjects, subject{m.ID, m.Name + ", ", indicator.Person})
	}
	for _, s := range subjects {
		var before, after []registry.Observation
		for _, o := range registry.Of(t.d.Observations, s.id) {
			if o.Version < c.Version {
				before = append(before, o)
			}
			if o.Version <= c.Version {
				after = append(after, o)
			}
		}
		if len(before) < len(after) && len(before) > 0 {
			said = append(said, t.altered(s.name, registry.FoldFacts(before), registry.FoldFacts(after))...)
		}
	}
	return said
}

// altered says what differs between facts, both by number.
func (t *teller) altered(whose string, before, after []registry.Dated) []string {
	values := func(dated []registry.Dated) map[int]int64 {
		m := make(map[int]int64, len(dated))
		for _, x := range dated {
			m[x.No] = x.Value
		}
		return m
	}
	was, now := values(before), values(after)
	var said []string
	for _, i := range t.h.Service.Catalogue().All() {
		old, wasKnown := was[i.No]
		value, isKnown := now[i.No]
		if wasKnown == isKnown && old == value {
			continue
		}
		from, to := "–", web.T(t.ctx, "registry.visit.gone")
		if wasKnown {
			from = i.Format(old, web.Lang(t.ctx))
		}
		if isKnown {
			to = i.Format(value, web.Lang(t.ctx))
		}
		said = append(said, whose+i.Name.In(web.Lang(t.ctx))+": "+from+" → "+to+".")
	}
	return said
}

// stopped says what a change stopped elsewhere.
func (t *teller) stopped(c *registry.Change) []string {
	if len(c.Body.Stopped) == 0 {
		return nil
	}
	said := make([]string, len(c.Body.Stopped))
	for i, s := range c.Body.Stopped {
		said[i] = s.In(web.Lang(t.ctx))
	}
	return []string{web.T(t.ctx, "event.stopped") + ": " + strings.Join(said, "; ") + "."}
}

// eventOf is the page of the event that a change is a part of, or "".
func eventOf(c *registry.Change) string {
	if c.Body.Event.IsZero() {
		return ""
	}
	return EventPath + "/" + c.Body.Event.String()
}
