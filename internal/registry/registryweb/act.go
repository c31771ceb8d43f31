package registryweb

import (
	"context"
	"strings"

	"gotong/internal/access"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/web"
)

type unmaskView struct {
	web.Base
	Errors   web.Errors
	Family   ident.ID
	Choice   string
	Choices  []web.Option
	Purpose  string
	Purposes []web.Option
	Reason   string
	Left     int // that may still be opened
	MayLift  bool
	Label    string // what was opened
	Number   string // in clear; "" before
}

func (h *Handlers) unmaskView(ctx context.Context, r *web.Request) (unmaskView, error) {
	id, err := idOf(r)
	if err != nil {
		return unmaskView{}, err
	}
	d, err := h.Service.Family(ctx, id, r.Route.Purpose)
	if err != nil {
		return unmaskView{}, err
	}
	v := unmaskView{Base: r.Base(r.T("registry.unmask.title")).At(familyCrumbs(r, d)...), Family: id,
		Choice: r.Text("nomor"), Purpose: r.Text("tujuan"), Reason: r.Text("alasan"), MayLift: r.Actor.Can(access.ApproveChanges)}
	if v.Left, err = h.Service.UnmaskLeft(ctx); err != nil {
		return v, err
	}
	add := func(kind registry.IdentifierKind, subject ident.ID, label string) {
		v.Choices = append(v.Choices, web.Option{Value: string(kind) + "_" + subject.String(), Label: label})
	}
	if d.Family.KKMasked != "" {
		add(registry.KindKK, id, r.T("registry.kk")+" "+d.Family.KKMasked)
	}
	for _, m := range d.Members {
		if m.NIKMasked != "" {
			add(registry.KindNIK, m.ID, r.T("registry.nik")+" "+m.Name+" "+m.NIKMasked)
		}
	}
	for _, a := range d.Accounts {
		add(registry.KindAccount, a.ID, a.Bank+" "+a.Masked+", "+a.Holder)
	}
	for _, p := range registry.UnmaskPurposes {
		v.Purposes = append(v.Purposes, web.Option{Value: string(p), Label: r.T("registry.purpose." + string(p))})
	}
	return v, nil
}

func familyCrumbs(r *web.Request, d *registry.Dossier) []web.Crumb {
	return []web.Crumb{{Label: r.T("registry.families.title"), Href: Path},
		{Label: r.T("registry.family.title", "name", d.Family.HeadName), Href: To(d.Family.ID)}}
}

func (h *Handlers) unmaskForm(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.unmaskView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(unmaskPage(v)), nil
}

func (h *Handlers) unmask(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.unmaskView(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, c := range v.Choices {
		if c.Value == v.Choice {
			v.Label = c.Label
		}
	}
	if v.Label == "" {
		v.Errors.Add("nomor", r.T("registry.unmask.choose_number"))
	}
	if !chosen(v.Purposes, v.Purpose) {
		v.Errors.Add("tujuan", r.T("registry.unmask.choose_purpose"))
	}
	if v.Errors.Any() {
		return web.Invalid(unmaskPage(v)), nil
	}
	kind, subject, err := parseChoice(v.Choice)
	if err == nil {
		v.Number, err = h.Service.Unmask(ctx, v.Family, kind, subject, access.Purpose(v.Purpose), v.Reason)
	}
	if err != nil {
		if v.Errors.Take(r.Lang, "alasan", err) {
			return web.Invalid(unmaskPage(v)), nil
		}
		return nil, err
	}
	v.Left = max(0, v.Left-1)
	return web.Page(unmaskPage(v)), nil
}

type statusView struct {
	web.Base
	Errors   web.Errors
	Family   ident.ID
	Subject  string
	Subjects []web.Option
	Status   string
	Statuses []web.Option
	Reason   string
	Evidence string
}

func (h *Handlers) statusView(ctx context.Context, r *web.Request) (statusView, error) {
	id, err := idOf(r)
	if err != nil {
		return statusView{}, err
	}
	d, err := h.Service.Family(ctx, id, r.Route.Purpose)
	if err != nil {
		return statusView{}, err
	}
	v := statusView{Base: r.Base(r.T("registry.status_form.title")).At(familyCrumbs(r, d)...), Family: id, Subject: r.Text("siapa"),
		Status: r.Text("status"), Reason: r.Text("alasan"), Evidence: r.Text("bukti")}
	v.Subjects = []web.Option{{Value: id.String(), Label: r.T("registry.status_form.family"), Hint: r.T("registry.family_status." + string(d.Family.Status))}}
	for _, m := range d.Members {
		v.Subjects = append(v.Subjects, web.Option{Value: m.ID.String(), Label: m.Name, Hint: r.T("registry.person_status." + string(m.Status))})
	}
	// One list for both: a status that does not fit who was chosen is told.
	seen := map[string]bool{}
	for _, s := range registry.PersonStatuses {
		seen[string(s)] = true
		v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("registry.person_status." + string(s))})
	}
	for _, s := range registry.FamilyStatuses {
		if !seen[string(s)] {
			v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("registry.family_status." + string(s)), Hint: r.T("registry.status_form.family_only")})
		}
	}
	return v, nil
}

func (h *Handlers) statusForm(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.statusView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(statusPage(v)), nil
}

func (h *Handlers) status(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.statusView(ctx, r)
	if err != nil {
		return nil, err
	}
	if !chosen(v.Subjects, v.Subject) {
		v.Errors.Add("siapa", r.T("registry.status_form.choose_who"))
	}
	whole := v.Subject == v.Family.String()
	if whole && !fits(registry.FamilyStatuses, v.Status) || !whole && !fits(registry.PersonStatuses, v.Status) {
		v.Errors.Add("status", r.T("registry.status_form.choose_status"))
	}
	if !v.Errors.Any() {
		if err = h.setStatus(ctx, v, whole); err == nil {
			return web.SeeOther(To(v.Family), web.Done("registry.status_form.done")), nil
		}
		if !v.Errors.Take(r.Lang, "alasan", err) {
			return nil, err
		}
	}
	return web.Invalid(statusPage(v)), nil
}

func (h *Handlers) setStatus(ctx context.Context, v statusView, whole bool) error {
	if whole {
		return h.Service.SetFamilyStatus(ctx, v.Family, registry.FamilyStatus(v.Status), v.Reason, v.Evidence)
	}
	person, err := ident.Parse(v.Subject)
	if err != nil {
		return err
	}
	return h.Service.SetPersonStatus(ctx, v.Family, person, registry.PersonStatus(v.Status), v.Reason, v.Evidence)
}

// parseChoice reads the value of an option that add made.
func parseChoice(value string) (registry.IdentifierKind, ident.ID, error) {
	kind, subject, _ := strings.Cut(value, "_")
	id, err := ident.Parse(subject)
	return registry.IdentifierKind(kind), id, err
}

func chosen(options []web.Option, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}

func fits[S ~string](statuses []S, value string) bool {
	for _, s := range statuses {
		if string(s) == value {
			return true
		}
	}
	return false
}
