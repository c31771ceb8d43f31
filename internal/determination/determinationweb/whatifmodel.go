package determinationweb

import (
	"context"
	"errors"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/rule"
	"gotong/internal/targeting"
	"gotong/internal/web"
)

// WhatIfModelPath is where the weights of a scoring model are tried.
const WhatIfModelPath = WhatIfPath + "/model"

// What a changed model is called in an address.
const (
	modelField  = "model" // code of the model that is changed
	weightField = "bobot."
	removeField = "hapus"  // terms taken out
	addField    = "tambah" // terms put in
)

// modelForm is a scoring model to change.
type modelForm struct {
	Page    bool // its weights stand in the form
	Base    *targeting.Model
	Bases   []web.Option // models of the ranking, where there is more than one
	First   web.Field    // the intercept
	Terms   []termForm
	Addable []web.Option
	Said    []modelChange
}

// termForm is one term of the model in the form.
type termForm struct {
	Name     string
	Fields   []web.Field
	Remove   string // value of the box that takes it out
	Removed  bool
	Added    bool
	Unfolded bool // something in it is changed or wrong
}

// modelChange is one change of a model in words.
type modelChange struct{ Fact, Weight, Was, Is string }

// asksModel reports whether an address changes a model.
func asksModel(asked url.Values) bool {
	for name := range asked {
		if name == removeField || name == addField || strings.HasPrefix(name, weightField) {
			return true
		}
	}
	return false
}

// whatIfModel reads what is asked of the model into the question and, on its
// own page, into fields. Only what differs from the ranking's model is a
// change.
func (h *Handlers) whatIfModel(ctx context.Context, r *web.Request, v *whatIfView, asked url.Values) error {
	if !v.Model.Page && !asksModel(asked) {
		return nil
	}
	ranking, err := h.Rankings.Open(ctx, v.Q.Ranking)
	if err != nil {
		return err
	}
	bases, err := h.Rankings.Bases(ranking)
	if err != nil {
		return err
	}
	base := bases[max(0, slices.IndexFunc(bases, func(m *targeting.Model) bool { return m.Code == asked.Get(modelField) }))]
	v.Model.Base = base
	for _, m := range bases {
		v.Model.Bases = append(v.Model.Bases, web.Option{Value: m.Code, Label: m.Name.In(r.Lang)})
	}
	edit := targeting.ModelEdit{Model: base.Code, Weights: map[string]int64{}, Remove: distinct(asked[removeField]), Add: distinct(asked[addField])}
	catalogue := h.Service.Catalogue
	wide, err := base.Edited(catalogue, targeting.ModelEdit{Add: edit.Add}) // all that has a weight, taken out or not
	if err != nil {
		return v.wrongModel(r.Lang, err)
	}
	v.weights(r.Lang, wide, asked, &edit)
	for _, i := range wide.Addable(catalogue) {
		v.Model.Addable = append(v.Model.Addable, web.Option{Value: i.Code, Label: i.Name.In(r.Lang)})
	}
	if v.Errors.Any() || edit.Empty() {
		return nil
	}
	next, err := base.Edited(catalogue, edit)
	if err != nil {
		return v.wrongModel(r.Lang, err)
	}
	v.Q.Model, v.Model.Said = &edit, saidModel(r, base, next)
	return nil
}

func distinct(all []string) []string {
	all = slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "" })
	slices.Sort(all)
	return slices.Compact(all)
}

// wrongModel takes up what is wrong with a changed model; anything else it
// returns.
func (v *whatIfView) wrongModel(l i18n.Lang, err error) error {
	var problems rule.Problems
	if errors.As(err, &problems) {
		for _, x := range problems {
			v.Errors.Add(weightField, i18n.Error(l, x))
		}
		return nil
	}
	if v.Errors.Take(l, weightField, err) {
		return nil
	}
	if fault.Is(err, fault.KindNotFound) {
		v.Errors.Add(weightField, i18n.Error(l, err))
		return nil
	}
	return err
}

// weights reads the weights that are asked, and puts all into fields.
func (v *whatIfView) weights(l i18n.Lang, m *targeting.Model, asked url.Values, edit *targeting.ModelEdit) {
	known := map[string]bool{}
	for _, w := range m.Weights() {
		name := weightField + w.Place
		known[name] = true
		f := web.Field{Name: name, Label: w.Label(l), Value: strconv.FormatInt(w.Value, 10), Width: web.Medium, InputMode: "numeric"}
		changed, wrong := false, false
		if asked.Has(name) {
			f.Value = strings.TrimSpace(asked.Get(name))
			n, err := strconv.ParseInt(strings.NewReplacer(".", "", " ", "", "−", "-").Replace(f.Value), 10, 64)
			if wrong = err != nil; wrong {
				v.Errors.Add(name, i18n.T(l, "targeting.edit.not_whole"))
			} else if changed = n != w.Value; changed && !v.takenOut(w, edit) {
				edit.Weights[w.Place] = n
			}
		}
		f.Hint = weightHint(l, w, changed)
		v.Model.put(l, w, f, edit, changed || wrong)
	}
	for name := range asked { // of another model: refused where the change is made
		if place, ok := strings.CutPrefix(name, weightField); ok && !known[name] {
			edit.Weights[place] = 0
		}
	}
}

func (v *whatIfView) takenOut(w targeting.Weight, edit *targeting.ModelEdit) bool {
	return w.Term != nil && slices.Contains(edit.Remove, w.Term.Indicator.Code)
}

// put puts the field of a weight with its term.
func (m *modelForm) put(l i18n.Lang, w targeting.Weight, f web.Field, edit *targeting.ModelEdit, unfold bool) {
	if w.Term == nil {
		m.First = f
		return
	}
	code := w.Term.Indicator.Code
	if n := len(m.Terms); n == 0 || m.Terms[n-1].Remove != code {
		m.Terms = append(m.Terms, termForm{Name: w.Term.Indicator.Name.In(l), Remove: code,
			Removed: slices.Contains(edit.Remove, code), Added: slices.Contains(edit.Add, code)})
	}
	t := &m.Terms[len(m.Terms)-1]
	t.Fields = append(t.Fields, f)
	t.Unfolded = t.Unfolded || unfold || t.Removed || t.Added
}

// weightHint says what a weight means, and what it was where it is changed.
func weightHint(l i18n.Lang, w targeting.Weight, changed bool) string {
	hint := ""
	switch {
	case w.Bound():
		hint = w.Term.Indicator.Format(w.Value, l)
	case w.Term != nil:
		hint = i18n.T(l, "determination.whatif.weight_means", "percent", percentOf(l, w.Value))
	}
	if changed {
		return i18n.T(l, "determination.whatif.was", "value", strconv.FormatInt(w.Value, 10)) + " · " + hint
	}
	return hint
}

// percentOf turns what is added to the log of consumption into percent of it.
func percentOf(l i18n.Lang, v int64) string {
	p := strconv.FormatFloat(100*(math.Exp(float64(v)/targeting.Micro)-1), 'f', 1, 64)
	if v > 0 {
		p = "+" + p
	}
	if l == i18n.ID {
		p = strings.ReplaceAll(p, ".", ",")
	}
	return strings.ReplaceAll(p, "-", "−") + " %"
}

// saidModel says in words how a model changes.
func saidModel(r *web.Request, was, is *targeting.Model) []modelChange {
	var all []modelChange
	for _, c := range is.Changes(was) {
		x := modelChange{Weight: c.Label(r.Lang), Was: strconv.FormatInt(c.Was, 10), Is: strconv.FormatInt(c.Is, 10)}
		if c.Term != nil {
			x.Fact = c.Term.Indicator.Name.In(r.Lang)
		}
		if c.Fresh {
			x.Was = r.T("determination.whatif.weight_none")
		}
		if c.Gone {
			x.Is = r.T("determination.whatif.weight_none")
		}
		all = append(all, x)
	}
	return all
}

// modelQuery asks the same change of a model again.
func (v *whatIfView) modelQuery(q url.Values) {
	e := v.Q.Model
	if e == nil {
		return
	}
	q.Set(modelField, e.Model)
	q[removeField], q[addField] = e.Remove, e.Add
	for _, place := range slices.Sorted(maps.Keys(e.Weights)) {
		q.Set(weightField+place, strconv.FormatInt(e.Weights[place], 10))
	}
}

// ownFields are what an address asks besides what a form's own fields say.
func (v *whatIfView) ownFields(model bool) [][2]string {
	return slices.DeleteFunc(hiddenQuery(v.query()), func(x [2]string) bool {
		of := x[0] == modelField || x[0] == removeField || x[0] == addField || strings.HasPrefix(x[0], weightField)
		if model {
			return x[0] == modelField || x[0] == removeField || x[0] == addField || strings.HasPrefix(x[0], weightField) || x[0] == "peringkat"
		}
		return !of
	})
}

// whatIfModelPage tries other weights of the model that ranks families.
func (h *Handlers) whatIfModelPage(ctx context.Context, r *web.Request) (web.Response, error) {
	asked := r.URL.Query()
	v, err := h.whatIfViewOf(ctx, r, asked, true)
	if err != nil {
		return nil, err
	}
	if file, err := v.file(r); file != nil || err != nil {
		return file, err
	}
	// An address holds what is changed, not each field of the form.
	if given := len(asked); !r.Htmx() && !v.Errors.Any() && v.P != nil && given > len(v.query())+spareFields {
		return web.SeeOther(WhatIfModelPath + "?" + v.Asked), nil
	}
	return web.Page(whatIfPage(v)), nil
}

// spareFields is how many fields more than needed an address may have.
const spareFields = 10

// proposeModel makes a tried model the proposal of a new one.
func (h *Handlers) proposeModel(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.whatIfViewOf(ctx, r, askedAgain(r), true)
	if err != nil {
		return nil, err
	}
	v.ModelDraft = draftForm{r.Text("mulai_model"), r.Text("terbit_model"), r.Text("dasar_model"), r.Text("catatan_model")}
	d := targeting.ModelDraft{Note: v.ModelDraft.Note, Basis: decree.Basis{Title: v.ModelDraft.Title}}
	for _, asked := range []struct {
		field string
		into  *civil.Date
	}{{"mulai_model", &d.Basis.From}, {"terbit_model", &d.Basis.On}} {
		day, err := r.Day(asked.field)
		if err != nil && !v.Errors.Take(r.Lang, asked.field, err) {
			return nil, err
		}
		*asked.into = day
	}
	if v.Errors.Any() || v.Q.Model == nil {
		return web.Invalid(whatIfPage(v)), nil
	}
	d.Edit, d.BaseDigest = *v.Q.Model, v.Model.Base.Digest
	kept, err := h.Rankings.ProposeModel(ctx, d)
	if err == nil {
		return web.SeeOther(ModelPath+"/"+kept.ID.String(), web.Done("targeting.model.proposed")), nil
	}
	field := map[string]string{"decree.no_basis": "dasar_model", "decree.basis_date": "terbit_model"}[keyOf(err)]
	if field == "" {
		field = "mulai_model"
	}
	if !v.Errors.Take(r.Lang, field, err) {
		return nil, err
	}
	return web.Invalid(whatIfPage(v)), nil
}

// ModelPath is where proposed models stand, of package targetingweb.
const ModelPath = "/peringkat/model"

// path is of the page that the view is of.
func (v *whatIfView) path() string {
	if v.Model.Page {
		return WhatIfModelPath
	}
	return WhatIfPath
}
