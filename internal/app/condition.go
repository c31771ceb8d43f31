package app

import (
	"context"
	"path/filepath"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/condition"
	"gotong/internal/condition/conditiondb"
	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/determination"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/registry"
	policyfiles "gotong/policy"
)

func (a *App) wireConditions() error {
	rules, err := condition.LoadPolicy(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Conditions = condition.New(condition.Config{Unit: a.DB, Store: conditiondb.New(), Log: a.Audit.Log(), Decisions: dutyDecisions{a}, Programmes: dutyProgrammes{a.Programmes},
		People: dutyPeople{a}, Letters: dutyLetters{a}, Staff: dutyStaff{a}, Villages: villages{a.Atlas}, Vault: a.Keys, Folder: a.evidence(), Policy: rules, Clock: a.Clock, IDs: a.IDs, Refusal: db.IsConstraint})
	a.Delivery.Consequences = consequences{a}
	return nil
}

// evidence is where sealed pictures lie that were shown with appeals.
func (a *App) evidence() album { return album{delivery.Folder(filepath.Join(a.Dir, "duty"))} }

// dutyDecisions shows condition what is owed.
type dutyDecisions struct{ a *App }

// Owing passes on what the determination in force brings.
func (d dutyDecisions) Owing(ctx context.Context, code string, fn func(condition.Owed) error) (ident.ID, *programme.Programme, error) {
	h, err := d.a.Determinations.Current(ctx)
	if err != nil {
		return ident.ID{}, nil, err
	}
	p, err := d.a.Determinations.Owing(ctx, h.ID, code, func(o determination.Owed) error {
		return fn(condition.Owed{FamilyID: o.FamilyID, PersonID: o.PersonID, Area: o.Area, Condition: o.Condition})
	})
	return h.ID, p, err
}

// dutyProgrammes shows condition the programme files.
type dutyProgrammes struct{ of *programme.Set }

// InForce returns the version of a day.
func (p dutyProgrammes) InForce(code string, day civil.Date) (*programme.Programme, error) {
	return p.of.Version(code, day)
}

// Version returns a version by its name.
func (p dutyProgrammes) Version(code, version string) (*programme.Programme, error) {
	for _, v := range p.of.Versions(code) {
		if v.Version() == version {
			return v, nil
		}
	}
	return nil, fault.NotFound("determination.no_programme", "programme", code)
}

// WithDuties lists the programmes of a day that name conditions.
func (p dutyProgrammes) WithDuties(day civil.Date) []*programme.Programme {
	var all []*programme.Programme
	for _, v := range p.of.InForce(day) {
		if len(v.Conditions) > 0 {
			all = append(all, v)
		}
	}
	return all
}

// dutyPeople shows condition the members of families.
type dutyPeople struct{ a *App }

// Members names members.
func (p dutyPeople) Members(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]condition.Person, error) {
	records, err := p.a.Registry.MembersOf(ctx, families, purpose)
	if err != nil {
		return nil, err
	}
	var all []condition.Person
	for _, r := range records {
		for i := range r.Members {
			m := &r.Members[i]
			all = append(all, condition.Person{ID: m.ID, FamilyID: r.Family.ID, Name: m.Name, Born: m.Born, Area: r.Family.Area, Address: address(r.Family.Address, r.Family.RT, r.Family.RW),
				Head: m.Relation == registry.RelationHead, Gone: m.Status != registry.PersonActive || r.Family.Status != registry.FamilyActive})
		}
	}
	return all, nil
}

// Gone returns who does not count any more.
func (p dutyPeople) Gone(ctx context.Context, area string) (map[ident.ID]bool, error) {
	gone := map[ident.ID]bool{}
	err := p.a.Registry.Stopped(ctx, area, access.PurposeService, func(s registry.Stop) error {
		if s.PersonID.IsZero() {
			gone[s.FamilyID] = true
		} else {
			gone[s.PersonID] = true
		}
		return nil
	})
	return gone, err
}

// dutyLetters issues letters as papers.
type dutyLetters struct{ a *App }

// Issue issues the letter about an effect.
func (l dutyLetters) Issue(ctx context.Context, effect ident.ID, area string) (ident.ID, error) {
	d, err := l.a.Documents.Issue(ctx, document.Request{Kind: document.DutyNotice, Subject: effect.String(), Area: area})
	if err != nil {
		return ident.ID{}, err
	}
	return d.ID, nil
}

// villages knows the villages of the atlas.
type villages struct{ of *region.Atlas }

// Village reads the code of a village.
func (v villages) Village(text string) (string, error) {
	code, err := v.of.Parse(text)
	if err != nil {
		return "", err
	}
	if level, _ := region.LevelOf(code); level != region.Village {
		return "", fault.Invalid("condition.facility_village")
	}
	return code, nil
}

// dutyStaff knows facilitators.
type dutyStaff struct{ a *App }

// Facilitator holds a login to be a facilitator's who may see an area.
func (s dutyStaff) Facilitator(ctx context.Context, login, area string) error {
	actor, err := s.a.Access.ActAs(ctx, login)
	if err != nil || !actor.Has(access.Facilitator) || !actor.Scope.Covers(area) {
		return fault.Invalid("condition.not_facilitator", "login", login)
	}
	return nil
}

// consequences shows delivery what follows from duties.
type consequences struct{ a *App }

// Consequences passes on what may be carried out today.
func (c consequences) Consequences(ctx context.Context, code string, p delivery.Period, area string, fn func(delivery.Consequence) error) error {
	return c.a.Conditions.Due(ctx, code, condition.Period{Year: p.Year, No: p.No}, area, func(d condition.Due) error {
		return fn(delivery.Consequence{Ref: d.ID, FamilyID: d.FamilyID, Area: d.Area, Beneficiary: d.PersonID, Component: d.Component, Version: d.Version,
			From: delivery.Period{Year: d.Period.Year, No: d.Period.No}, Percent: d.Percent, Waived: d.Waived})
	})
}

// dutyNotice writes the letter about a duty that was not met.
func (p papers) dutyNotice(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	id, err := subject(r)
	if err != nil {
		return nil, err
	}
	n, err := p.a.Conditions.Notice(ctx, id)
	if err != nil {
		return nil, err
	}
	from, told := n.Effect.From(n.Rules)
	if !told {
		return nil, fault.Conflict("condition.nothing_to_appeal")
	}
	until, _ := n.Effect.Until(n.Rules)
	d := document.DutyNoticeOf{ID: id.String(), Area: n.Effect.Area, Head: n.Head.Name, Address: n.Head.Address, Place: p.place(n.Effect.Area), Member: n.Member.Name,
		Programme: n.Programme.Name.In(r.Lang), Period: n.Effect.Period.String(), Missed: n.Missed(r.Lang), Follows: n.Effect.Follows(r.Lang, n.Programme),
		KeepsBack: n.Effect.KeepsBack(), From: from, Until: until, Source: n.Basis(r.Lang)}
	return d.Letter(o, r.Lang), nil
}
