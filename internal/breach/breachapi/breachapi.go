// Package breachapi is the part of the JSON interface by which an office's
// other systems report a failure to protect data, and follow who was told.
// Families are told of by id alone.
package breachapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/breach"
	"gotong/internal/ident"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *breach.Service) {
	h := &handlers{service}
	tags := []string{"breaches"}
	one := "/api/v1/breaches/{id}"
	huma.Register(a, api.Signed(huma.Operation{OperationID: "breaches", Method: http.MethodGet, Path: "/api/v1/breaches",
		Summary: "Failures to protect data, the open ones first, with the hours that are left", Tags: tags}), h.list)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "report-breach", Method: http.MethodPost, Path: "/api/v1/breaches",
		Summary: "Report a failure: its clock begins, and whom an account touched is read from the log", Tags: tags, DefaultStatus: http.StatusCreated}), h.report)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "breach", Method: http.MethodGet, Path: one,
		Summary: "One failure with its words and the families that it touched", Tags: tags}), h.show)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "affect-family", Method: http.MethodPost, Path: one + "/families",
		Summary: "Add a family that the log does not show", Tags: tags}), h.affect)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "tell-families", Method: http.MethodPost, Path: one + "/letters",
		Summary: "Issue the letters of those not told yet in your area, so many at once", Tags: tags}), h.letters)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "tell-agency", Method: http.MethodPost, Path: one + "/agency",
		Summary: "Note by which letter the agency was told", Tags: tags}), h.agency)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "close-breach", Method: http.MethodPost, Path: one + "/close",
		Summary: "Close one of which the agency and all families were told", Tags: tags}), h.close)
}

type handlers struct{ service *breach.Service }

// failure is a breach. Its words and families are filled in where one alone
// is read.
type failure struct {
	ID       string           `json:"id" format:"uuid"`
	At       time.Time        `json:"at"`
	Due      time.Time        `json:"due"`
	Late     bool             `json:"late"`
	Families int64            `json:"families"`
	Told     int64            `json:"told"`
	Agency   *time.Time       `json:"agency_told_at,omitempty"`
	Closed   *time.Time       `json:"closed_at,omitempty"`
	What     string           `json:"what,omitempty"`
	Measure  string           `json:"measure,omitempty"`
	Touched  []failureTouched `json:"touched,omitempty"`
	Lists    []failureList    `json:"lists,omitempty" doc:"what the account opened that holds many: the log does not tell whom, so nobody in it is counted"`
}

// failureList is how often an account opened lists or files of one kind.
type failureList struct {
	Action string    `json:"action" doc:"of the audit log"`
	Area   string    `json:"area" doc:"* is the nation, several are parted by commas"`
	Fields []string  `json:"fields"`
	Times  int64     `json:"times"`
	Most   int64     `json:"most" doc:"rows of the largest one"`
	Last   time.Time `json:"last"`
}

// failureTouched is a family whose data were touched.
type failureTouched struct {
	Family string     `json:"family" format:"uuid"`
	Area   string     `json:"area"`
	Told   *time.Time `json:"told_at,omitempty"`
}

func (h *handlers) failure(b *breach.Breach, families []breach.Family) failure {
	f := failure{ID: b.ID.String(), At: b.At, Due: b.Due, Late: b.Late(h.service.Clock.Now()), Families: b.Families, Told: b.Told, What: b.What, Measure: b.Measure,
		Agency: instant(b.Agency), Closed: instant(b.Closed)}
	for _, x := range families {
		f.Touched = append(f.Touched, failureTouched{x.Family.String(), x.Area, instant(x.ToldAt)})
	}
	return f
}

func instant(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// most is how many failures, or families of one, an answer holds.
const most = 1000

type breachesInput struct {
	Open bool `query:"open" doc:"only those that are not closed"`
}

type breachesOutput struct {
	Body struct {
		Breaches []failure `json:"breaches"`
	}
}

func (h *handlers) list(ctx context.Context, in *breachesInput) (*breachesOutput, error) {
	all, err := h.service.Breaches(ctx, in.Open, most)
	if err != nil {
		return nil, err
	}
	out := &breachesOutput{}
	out.Body.Breaches = []failure{}
	for i := range all {
		out.Body.Breaches = append(out.Body.Breaches, h.failure(&all[i], nil))
	}
	return out, nil
}

type breachReportInput struct {
	Body struct {
		What    string    `json:"what" doc:"what happened, when and how; printed in the letters"`
		Measure string    `json:"measure" doc:"what the office does about it; likewise"`
		Account string    `json:"account,omitempty" maxLength:"100" doc:"sign-in name whose looks touched families"`
		From    time.Time `json:"from,omitempty"`
		Until   time.Time `json:"until,omitempty"`
	}
}

type breachOutput struct{ Body failure }

func (h *handlers) report(ctx context.Context, in *breachReportInput) (*breachOutput, error) {
	b, err := h.service.Report(ctx, breach.Breach{What: in.Body.What, Measure: in.Body.Measure, Account: in.Body.Account, From: in.Body.From, Until: in.Body.Until})
	if err != nil {
		return nil, err
	}
	return &breachOutput{h.failure(b, nil)}, nil
}

type breachInput struct {
	ID string `path:"id" format:"uuid"`
}

func (h *handlers) show(ctx context.Context, in *breachInput) (*breachOutput, error) {
	return h.after(ctx, in.ID, func(ident.ID) error { return nil })
}

// after does something about a breach and returns it as it stands then.
func (h *handlers) after(ctx context.Context, text string, do func(id ident.ID) error) (*breachOutput, error) {
	id, err := api.ID(text, "breach.not_found")
	if err != nil {
		return nil, err
	}
	if err := do(id); err != nil {
		return nil, err
	}
	b, families, err := h.service.Breach(ctx, id, most)
	if err != nil {
		return nil, err
	}
	lists, err := h.service.Lists(ctx, b)
	if err != nil {
		return nil, err
	}
	out := &breachOutput{h.failure(b, families)}
	for _, l := range lists {
		out.Body.Lists = append(out.Body.Lists, failureList{l.Action, l.Area, l.Fields, l.Times, l.Most, l.Last})
	}
	return out, nil
}

type breachAffectInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Family string `json:"family" format:"uuid"`
	}
}

func (h *handlers) affect(ctx context.Context, in *breachAffectInput) (*breachOutput, error) {
	family, err := api.ID(in.Body.Family, "registry.family_not_found")
	if err != nil {
		return nil, err
	}
	return h.after(ctx, in.ID, func(id ident.ID) error { return h.service.Affect(ctx, id, family) })
}

func (h *handlers) letters(ctx context.Context, in *breachInput) (*breachOutput, error) {
	return h.after(ctx, in.ID, func(id ident.ID) error { _, err := h.service.TellFamilies(ctx, id); return err })
}

type breachAgencyInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Letter string `json:"letter" maxLength:"200" doc:"number of the letter"`
	}
}

func (h *handlers) agency(ctx context.Context, in *breachAgencyInput) (*breachOutput, error) {
	return h.after(ctx, in.ID, func(id ident.ID) error { return h.service.TellAgency(ctx, id, in.Body.Letter) })
}

func (h *handlers) close(ctx context.Context, in *breachInput) (*breachOutput, error) {
	return h.after(ctx, in.ID, func(id ident.ID) error { return h.service.Close(ctx, id) })
}
