package registryweb

import (
	"context"
	"slices"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// notSame is the form that remembers two records as two; it is no change.
const notSame registry.ChangeKind = "not_same"

// Values of the form's fields.
const (
	fieldWhere   = "tujuan"
	fieldEvent   = "peristiwa"
	fieldVillage = "kode_lain"

	whereVillage = "desa"
	whereFamily  = "keluarga"
	whereAway    = "keluar"
	livesHere    = "sini"
	livesNew     = "baru"

	whole = "semua" // instead of a person: the whole family
)

type happenView struct {
	entryView
	Kind      registry.ChangeKind
	Family    registry.Family
	About     string
	Second    bool // a second person approves it
	Documents []web.Option
	Evidence  string // label of the free text

	People    []web.Option // of whom one is meant
	Person    string
	PersonAsk string
	Partners  []web.Option // of a divorce
	Partner   string
	Heads     []web.Option // who can become the head
	NewHead   string
	Former    string // name of the head so far; "" does not ask
	FormerAs  string
	Relations []web.Option
	Relation  string

	AsksOther  bool
	Other      string // as written
	OtherNamed string // the family found
	OtherID    string
	OtherWho   []web.Option // its members
	OtherPick  string
	Form       *memberForm // who joins
	FormHint   bool

	Going    []goer
	Places   []web.Option
	Where    string
	Villages []web.Option
	Village  string
	Code     string
	Entry    *registry.FamilyEntry
	Place    *string
}

// goer is a member who may go.
type goer struct {
	ID, Name string
	Ticked   bool
	Relation string
	Field    string
}

// eventKinds are what the page offers, in the order of a life.
func eventKinds() []registry.ChangeKind { return append(slices.Clone(registry.LifeKinds), notSame) }

type kindsView struct {
	web.Base
	ID     ident.ID
	Kinds  []kindLink
	Events web.List[registry.Event]
}

type kindLink struct{ Name, About, Href string }

func toEvents(family ident.ID) string { return To(family) + "/peristiwa" }

// kinds is the page on which somebody chooses what happened.
func (h *Handlers) kinds(ctx context.Context, r *web.Request) (web.Response, error) {
	d, err := h.dossier(ctx, r)
	if err != nil {
		return nil, err
	}
	v := kindsView{Base: r.Base(r.T("event.record")).At(familyCrumbs(r, d)...), ID: d.Family.ID}
	for _, k := range eventKinds() {
		name := "registry.change." + string(k)
		if k == notSame {
			name = "event.submit.not_same"
		}
		v.Kinds = append(v.Kinds, kindLink{r.T(name), r.T("event.about." + string(k)), toEvents(d.Family.ID) + "/" + string(k)})
	}
	events, n, err := h.Service.Events(ctx, registry.EventFilter{Family: d.Family.ID}, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	v.Events = web.List[registry.Event]{ID: "peristiwa", Caption: r.T("event.of_family"), Columns: h.eventColumns(r), Rows: events, Query: r.List(),
		Total: &n, Href: toEvent, Empty: r.T("event.none")}
	return web.Page(kindsPage(v)), nil
}

// happen is the form of one kind of event.
func (h *Handlers) happen(ctx context.Context, r *web.Request) (web.Response, error) {
	kind := registry.ChangeKind(r.PathValue("jenis"))
	if !slices.Contains(eventKinds(), kind) {
		return nil, fault.NotFound("core.error.not_found")
	}
	d, err := h.dossier(ctx, r)
	if err != nil {
		return nil, err
	}
	v := h.happenView(r, d, kind)
	if !sent(r) {
		v.begin(d.Family)
		return web.Page(happenPage(v)), nil
	}
	req := h.happening(r, d, &v)
	if v.AsksOther && v.Other != "" {
		if err := h.locate(ctx, r, &v, &req); err != nil {
			return nil, err
		}
	}
	if v.Errors.Any() {
		return web.Invalid(happenPage(v)), nil
	}
	if kind == notSame {
		return h.sayNotSame(ctx, r, v, req)
	}
	out, err := h.Service.Do(ctx, req)
	done, err := v.entered(ctx, r, d, out, err)
	switch {
	case err != nil:
		return nil, err
	case done:
		return web.SeeOther(EventPath+"/"+out.Event.String(), web.Done(recorded(out))), nil
	case !out.Proposed.IsZero():
		return web.SeeOther(EventPath+"/"+out.Proposed.String(), web.Done("event.proposed")), nil
	}
	v.Errors = last(v.Errors)
	if v.Form != nil {
		v.Form.Errors = v.Errors
	}
	return web.Invalid(happenPage(v)), nil
}

func (h *Handlers) sayNotSame(ctx context.Context, r *web.Request, v happenView, req registry.Request) (web.Response, error) {
	if req.Other.IsZero() {
		v.Errors.Add(registry.FieldOther, r.T("event.refused.other_missing"))
		return web.Invalid(happenPage(v)), nil
	}
	err := h.Service.SayNotSame(ctx, req.Family, req.Person, req.Other, req.OtherPerson, v.Basis.Note)
	if err != nil {
		if !v.Errors.Take(r.Lang, registry.FieldNote, err) {
			return nil, err
		}
		return web.Invalid(happenPage(v)), nil
	}
	return web.SeeOther(To(req.Family), web.Done("event.not_same_done")), nil
}

// happenView makes the form of a kind, as it was sent or empty yet.
func (h *Handlers) happenView(r *web.Request, d *registry.Dossier, kind registry.ChangeKind) happenView {
	title := r.T("registry.change." + string(kind))
	if kind == notSame {
		title = r.T("event.submit.not_same")
	}
	rule := h.Service.Rule(kind)
	v := happenView{entryView: h.entryView(r, title), Kind: kind, Family: d.Family, About: r.T("event.about." + string(kind)), Second: rule.Second,
		Person: r.Text(registry.FieldPerson), Partner: r.Text(registry.FieldOtherHere), NewHead: r.Text(registry.FieldNewHead),
		FormerAs: r.Text(registry.FieldFormerHead), Relation: r.Text(registry.FieldNewHere), Other: r.Text(registry.FieldOther),
		OtherPick: r.Text("orang_sana"), Where: r.Text(fieldWhere), Village: r.Text(registry.FieldArea), Code: r.Text(fieldVillage)}
	v.Base = v.At(append(familyCrumbs(r, d), web.Crumb{Label: r.T("event.record"), Href: toEvents(d.Family.ID)})...)
	v.Back, v.AsksSource = toEvents(d.Family.ID), kind != registry.Merge && kind != registry.Erasure && kind != notSame
	v.Basis.Document = r.Text(registry.FieldDocument)
	v.Relations = slices.DeleteFunc(h.options(r, "relation"), func(o web.Option) bool { return o.Value == "head" })
	v.Evidence = r.T("registry.entry.evidence")
	for _, doc := range rule.Documents {
		v.Documents = append(v.Documents, web.Option{Value: doc.Code, Label: doc.Name.In(r.Lang)})
		v.Evidence = r.T("event.number")
	}
	h.asks(r, d, &v)
	return v
}

// asks chooses what the form of a kind asks.
func (h *Handlers) asks(r *web.Request, d *registry.Dossier, v *happenView) {
	people := func(whole bool, statuses ...registry.PersonStatus) []web.Option {
		return h.people(r, d, whole, statuses...)
	}
	member := func() {
		f := h.memberForm(r, plain)
		v.Form = &f
	}
	active := people(false, registry.PersonActive)
	v.PersonAsk = r.T("event.person")
	entry := func() { e := familyEntry(r); v.Entry = &e }
	place := func() { p := r.Text(registry.FieldPlace); v.Place = &p }
	switch v.Kind {
	case registry.Birth:
		member()
	case registry.Death:
		v.People, v.Heads = people(false, registry.PersonActive, registry.PersonNotFound), active
	case registry.Marriage:
		v.People, v.Heads, v.AsksOther, v.FormHint = active, active, true, true
		member()
		v.Places = []web.Option{{Value: livesHere, Label: r.T("event.lives_here")}, {Value: livesNew, Label: r.T("event.lives_new")}}
		entry()
	case registry.Divorce:
		v.People, v.Partners, v.Heads = active, active, active
		v.Places = []web.Option{{Value: livesNew, Label: r.T("event.lives_new")}, {Value: whereAway, Label: r.T("event.where_away")}}
		h.going(r, d, v)
		entry()
		place()
	case registry.Split:
		v.Heads = active
		h.going(r, d, v)
		entry()
	case registry.Move:
		v.Heads, v.AsksOther = active, true
		v.Places = []web.Option{{Value: whereVillage, Label: r.T("event.where_village"), Hint: r.T("event.where_village_hint")},
			{Value: whereFamily, Label: r.T("event.where_family")}, {Value: whereAway, Label: r.T("event.where_away")}}
		h.going(r, d, v)
		h.villages(d, v)
		entry()
		place()
	case registry.HeadChange:
		v.Heads, v.Former = active, headBeside(d, ident.ID{})
	case registry.Adoption:
		v.AsksOther, v.FormHint = true, true
		member()
	case registry.Return:
		v.People = people(true, registry.PersonMoved, registry.PersonNotFound)
		v.Former = headBeside(d, ident.ID{})
	case registry.Merge, notSame:
		v.People, v.AsksOther, v.PersonAsk = people(true, registry.PersonActive), true, r.T("event.person_kept")
		v.Relations = nil
	case registry.Erasure:
		v.People = people(true, registry.PersonStatuses...)
	}
}

func (h *Handlers) people(r *web.Request, d *registry.Dossier, wholeToo bool, statuses ...registry.PersonStatus) []web.Option {
	relation, _ := h.Service.Catalogue().Lookup(indicator.Person, "relation")
	var options []web.Option
	if wholeToo {
		options = append(options, web.Option{Value: whole, Label: r.T("event.whole_family"), Hint: r.T("registry.family_status." + string(d.Family.Status))})
	}
	for i := range d.Members {
		m := &d.Members[i]
		if slices.Contains(statuses, m.Status) && !m.Erased() {
			options = append(options, web.Option{Value: m.ID.String(), Label: m.Name,
				Hint: relation.Format(m.Relation, r.Lang) + ", " + r.T("registry.person_status."+string(m.Status))})
		}
	}
	return options
}

func (h *Handlers) going(r *web.Request, d *registry.Dossier, v *happenView) {
	ticked := r.All(registry.FieldGoing)
	for _, m := range d.Members {
		if m.Status == registry.PersonActive {
			field := registry.FieldGoRelation + "@" + m.ID.String()
			v.Going = append(v.Going, goer{ID: m.ID.String(), Name: m.Name, Ticked: slices.Contains(ticked, m.ID.String()), Relation: r.Text(field), Field: field})
		}
	}
}

// villages are those of the family's regency; others are given by code.
func (h *Handlers) villages(d *registry.Dossier, v *happenView) {
	const regency = 4
	for _, a := range h.Service.Atlas().Descendants(d.Family.Area[:regency], region.Village) {
		v.Villages = append(v.Villages, web.Option{Value: a.Code, Label: a.Name + ", " + h.Service.Atlas().Name(region.ParentOf(a.Code))})
	}
}

// happening reads the form as a request.
func (h *Handlers) happening(r *web.Request, d *registry.Dossier, v *happenView) registry.Request {
	id := func(text string) ident.ID {
		x, err := ident.Parse(text)
		if err != nil {
			return ident.ID{}
		}
		return x
	}
	req := registry.Request{Kind: v.Kind, Family: d.Family.ID, Person: id(v.Person), Basis: v.Basis, NewHead: id(v.NewHead),
		FormerHead: v.FormerAs, Relation: v.Relation}
	if len(v.People) > 0 && !chosen(v.People, v.Person) {
		v.Errors.Add(registry.FieldPerson, r.T("event.refused.choose_person"))
	}
	if v.Kind == registry.Divorce {
		req.OtherPerson = id(v.Partner)
	}
	if v.Form != nil && (v.Other == "" || !v.FormHint) {
		e := v.Form.Entry
		req.Member = &e
	}
	for _, g := range v.Going {
		if g.Ticked && g.ID != v.Person {
			req.Going = append(req.Going, registry.Goer{Person: id(g.ID), Relation: g.Relation})
		}
	}
	h.destination(r, v, &req)
	return req
}

// destination reads where they go.
func (h *Handlers) destination(r *web.Request, v *happenView, req *registry.Request) {
	if len(v.Places) > 0 && !chosen(v.Places, v.Where) {
		v.Errors.Add(fieldWhere, r.T("event.refused.choose_where"))
		return
	}
	switch {
	case v.Kind == registry.Split, v.Where == livesNew:
		req.NewFamily = h.Service.NewID()
		if e := *v.Entry; e.Address != "" || e.RT != "" || e.RW != "" || e.KK != "" {
			req.Entry = &e
		}
		if req.Relation == "" {
			req.Relation = "spouse"
		}
	case v.Where == whereVillage:
		e := *v.Entry
		if e.Area = v.Village; v.Code != "" {
			e.Area = v.Code
		}
		req.Entry, req.Going = &e, nil
	case v.Where == whereFamily:
		if v.Other == "" {
			v.Errors.Add(registry.FieldOther, r.T("event.refused.other_missing"))
		}
	case v.Where == whereAway:
		req.Place = *v.Place
	}
}

// locate finds the second record that the form names.
func (h *Handlers) locate(ctx context.Context, r *web.Request, v *happenView, req *registry.Request) error {
	if v.Kind == registry.Move && v.Where != whereFamily {
		return nil
	}
	d, person, err := h.Service.Locate(ctx, v.Other, r.Route.Purpose)
	if err != nil {
		if !v.Errors.Take(r.Lang, registry.FieldOther, err) {
			return err
		}
		return nil
	}
	req.Other, v.OtherNamed = d.Family.ID, d.Family.HeadName
	if v.Kind == registry.Move || (v.Kind == registry.Merge || v.Kind == notSame) && req.Person.IsZero() {
		return nil
	}
	v.OtherWho = h.people(r, d, false, registry.PersonActive, registry.PersonNotFound, registry.PersonDead)
	if picked, err := ident.Parse(v.OtherPick); err == nil {
		person = picked
	}
	if person.IsZero() {
		v.Errors.Add("orang_sana", r.T("event.refused.choose_person"))
		return nil
	}
	v.OtherPick, req.OtherPerson = person.String(), person
	return nil
}
