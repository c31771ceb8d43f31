package registry

import "slices"

// outOfOrder warns of a life event that happened before another one which is
// on record already and altered the same: of two heads, the one recorded last
// leads the family, whatever the days say.
func (h *hand) outOfOrder() {
	if !h.req.Kind.ordered() || h.wrong(FieldOn) {
		return
	}
	for _, d := range h.drafts {
		if later, of, ok := d.laterEvent(); ok {
			h.warnEvent(FieldOn, "out_of_order", nil, "name", of, "on", later.EffectiveOn)
		}
	}
}

// ordered reports whether the day of an event says what came first: two
// records were of one person all along, and taking back or erasing is an act
// of the office and not of the family.
func (k ChangeKind) ordered() bool {
	return k.isEvent() && k != Merge && k != Undone && k != Erasure
}

// laterEvent returns the life event of the latest day, after that of this
// change, which altered what this one alters, and the name of whom or whose
// family.
func (d *draft) laterEvent() (later Change, of string, found bool) {
	takenBack := d.history.undone(Moment{})
	for _, c := range d.history.Changes {
		if c.EffectiveOn <= max(d.rev.Change.EffectiveOn, later.EffectiveOn) || takenBack[c.Version] || !c.Kind.ordered() {
			continue
		}
		if name, both := d.alsoAltered(&c); both {
			later, of, found = c, name, true
		}
	}
	return later, of, found
}

// alsoAltered reports whether a change on record altered a member, or the
// family itself, whom this one alters too.
func (d *draft) alsoAltered(c *Change) (name string, both bool) {
	now := &d.rev.Change.Body
	if now.Family != nil && c.Body.Family != nil {
		return d.was.Family.HeadName, true
	}
	for _, m := range now.Members {
		altered := func(o MemberCore) bool { return o.ID == m.ID }
		if slices.ContainsFunc(c.Body.Members, altered) {
			return m.Name, true
		}
	}
	return "", false
}
