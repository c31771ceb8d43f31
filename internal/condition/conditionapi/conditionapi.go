// Package conditionapi is what a telephone in the field, or a school's own
// program, asks of duties: a family's month, a facility's list, reports,
// verification, what follows and an appeal. Saying the same again changes
// nothing.
package conditionapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/condition"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

// appealMost is what a body with a picture in base64 may weigh, in bytes.
const appealMost = 6 << 20

// fileMost is what a file of facilities may weigh, in bytes.
const fileMost = 8 << 20

// Register adds the operations to the interface.
func Register(a huma.API, service *condition.Service) {
	h := &handlers{service}
	tags := []string{"duties"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "duty-month", Method: http.MethodGet, Path: "/api/v1/duty-months/{month}",
		Summary: "How far a month has come in the caller's areas", Tags: tags}), h.month)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "family-duties", Method: http.MethodGet, Path: "/api/v1/families/{id}/duty-months/{month}",
		Summary: "What a family's members owe in a month, and what followed; the look is recorded", Tags: tags}), h.family)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "verify-duties", Method: http.MethodPost, Path: "/api/v1/families/{id}/duty-months/{month}/verification",
		Summary: "Record what was found of a family's month, and close it", Tags: tags}), h.verify)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "facility-duties", Method: http.MethodGet, Path: "/api/v1/duty-facilities/{kind}/{code}/months/{month}",
		Summary: "What a school or place of health is asked about in a month; the look is recorded", Tags: tags}), h.facility)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "take-duty-facilities", Method: http.MethodPost, Path: "/api/v1/duty-facilities",
		Summary: "Register schools and places of health from a CSV or XLSX file, all of it or nothing; the same file again changes nothing", Tags: tags, MaxBodyBytes: fileMost, BodyReadTimeout: -1}), h.facilities)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "report-duties", Method: http.MethodPost, Path: "/api/v1/duty-reports",
		Summary: "Record what is known of duties, all of it or nothing", Tags: tags}), h.report)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "duty-effects", Method: http.MethodGet, Path: "/api/v1/duty-effects",
		Summary: "What follows from duties, newest instalment first; the look is recorded", Tags: tags}), h.effects)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "appeal-duty-effect", Method: http.MethodPost, Path: "/api/v1/duty-effects/{id}/appeal",
		Summary: "File a family's objection, once and in time", Tags: tags, MaxBodyBytes: appealMost, BodyReadTimeout: -1}), h.appeal)
}

type handlers struct{ service *condition.Service }

func parse(id string) (ident.ID, error) { return api.ID(id, "core.error.not_found") }

// dutyCounts counts duties by what is known of them.
type dutyCounts struct {
	Met     int64 `json:"met"`
	Missed  int64 `json:"missed"`
	Excused int64 `json:"excused"`
	Open    int64 `json:"no_data"`
}

type dutyMonthOutput struct {
	Body struct {
		Month    string     `json:"month"`
		Families int64      `json:"families"`
		Verified int64      `json:"verified"`
		Duties   dutyCounts `json:"duties"`
	}
}

func (h *handlers) month(ctx context.Context, in *struct {
	Month string `path:"month" maxLength:"7"`
}) (*dutyMonthOutput, error) {
	m, err := condition.ParseMonth(in.Month)
	if err != nil {
		return nil, err
	}
	p, err := h.service.Progress(ctx, condition.FamilyFilter{Month: m})
	if err != nil {
		return nil, err
	}
	out := &dutyMonthOutput{}
	out.Body.Month, out.Body.Families, out.Body.Verified, out.Body.Duties = m.String(), p.Families, p.Verified, dutyCounts(p.Duties)
	return out, nil
}

type familyDuty struct {
	ID        string             `json:"id" format:"uuid"`
	Person    string             `json:"person" format:"uuid"`
	Name      string             `json:"name"`
	Programme string             `json:"programme"`
	Condition string             `json:"condition"`
	Asks      string             `json:"asks"`
	Month     string             `json:"month"`
	SeenBy    programme.Facility `json:"seen_by" enum:"school,health,home"`
	AtLeast   *int64             `json:"at_least,omitempty"`
	Unit      string             `json:"unit,omitempty"`
	Status    condition.Status   `json:"status" enum:"open,met,missed,excused" doc:"open is no data, which counts against nobody"`
	Measure   *int64             `json:"measure,omitempty"`
	Excuse    condition.Excuse   `json:"excuse,omitempty"`
	Note      string             `json:"note,omitempty"`
	Verified  bool               `json:"verified"`
}

func (h *handlers) duties(all []condition.Duty) []familyDuty {
	list := []familyDuty{}
	for _, d := range all {
		asks := d.Condition
		if p, err := h.service.Programmes.Version(d.Programme, d.Version); err == nil {
			asks = condition.DutyName(p, d.Condition).ID
		}
		list = append(list, familyDuty{ID: d.ID.String(), Person: d.PersonID.String(), Name: d.Name, Programme: d.Programme, Condition: d.Condition, Asks: asks, Month: d.Due.String(),
			SeenBy: d.Kind, AtLeast: d.AtLeast, Unit: d.Unit, Status: d.Status, Measure: d.Measure, Excuse: d.Excuse, Note: d.Note, Verified: d.Verified})
	}
	return list
}

type dutyEffect struct {
	ID         string                 `json:"id" format:"uuid"`
	Family     string                 `json:"family" format:"uuid"`
	Person     string                 `json:"person" format:"uuid"`
	Programme  string                 `json:"programme"`
	Component  string                 `json:"component"`
	Instalment string                 `json:"instalment"`
	Sanction   programme.Sanction     `json:"sanction" enum:"warn,reduce,suspend"`
	Percent    int                    `json:"percent"`
	Misses     []string               `json:"misses"`
	Status     condition.EffectStatus `json:"status" enum:"proposed,standing,upheld,withdrawn"`
	Appeal     condition.AppealStatus `json:"appeal,omitempty" enum:"filed,upheld,rejected"`
}

func effectsOf(all []condition.Effect) []dutyEffect {
	list := []dutyEffect{}
	for _, e := range all {
		x := dutyEffect{ID: e.ID.String(), Family: e.FamilyID.String(), Person: e.PersonID.String(), Programme: e.Programme, Component: e.Component, Instalment: e.Period.String(),
			Sanction: e.Sanction, Percent: e.Percent, Status: e.Status}
		for _, m := range e.Misses {
			x.Misses = append(x.Misses, m.String())
		}
		if e.Appeal != nil {
			x.Appeal = e.Appeal.Status
		}
		list = append(list, x)
	}
	return list
}

type familyDutiesOutput struct {
	Body struct {
		Duties  []familyDuty `json:"duties"`
		Effects []dutyEffect `json:"effects"`
	}
}

type familyMonth struct {
	ID    string `path:"id" maxLength:"40"`
	Month string `path:"month" maxLength:"7"`
}

func (m familyMonth) parse() (ident.ID, condition.Month, error) {
	id, err := parse(m.ID)
	if err != nil {
		return id, 0, err
	}
	month, err := condition.ParseMonth(m.Month)
	return id, month, err
}

func (h *handlers) family(ctx context.Context, in *familyMonth) (*familyDutiesOutput, error) {
	id, month, err := in.parse()
	if err != nil {
		return nil, err
	}
	f, err := h.service.OfFamily(ctx, id, month, month)
	if err != nil {
		return nil, err
	}
	out := &familyDutiesOutput{}
	out.Body.Duties, out.Body.Effects = h.duties(f.Duties), effectsOf(f.Effects)
	return out, nil
}

type dutyReport struct {
	Duty    string           `json:"duty" format:"uuid"`
	Status  condition.Status `json:"status,omitempty" enum:"met,missed,excused" doc:"of a duty with a measure: none, or excused"`
	Measure *int64           `json:"measure,omitempty"`
	Excuse  condition.Excuse `json:"excuse,omitempty" enum:"illness,disaster,facility_closed,not_applicable"`
	Note    string           `json:"note,omitempty" maxLength:"500"`
}

func reports(all []dutyReport) ([]condition.Report, error) {
	var list []condition.Report
	for _, s := range all {
		id, err := parse(s.Duty)
		if err != nil {
			return nil, err
		}
		list = append(list, condition.Report{Duty: id, Status: s.Status, Measure: s.Measure, Excuse: s.Excuse, Note: s.Note})
	}
	return list, nil
}

type verifyDutiesInput struct {
	ID    string `path:"id" maxLength:"40"`
	Month string `path:"month" maxLength:"7"`
	Body  struct {
		Reports []dutyReport `json:"reports,omitempty" maxItems:"100"`
		Note    string       `json:"note,omitempty" maxLength:"500"`
	}
}

type dutiesReportedOutput struct {
	Body struct {
		Changed int `json:"changed"`
		Same    int `json:"same"`
	}
}

func (h *handlers) verify(ctx context.Context, in *verifyDutiesInput) (*dutiesReportedOutput, error) {
	id, month, err := familyMonth{in.ID, in.Month}.parse()
	if err != nil {
		return nil, err
	}
	list, err := reports(in.Body.Reports)
	if err != nil {
		return nil, err
	}
	out := &dutiesReportedOutput{}
	out.Body.Changed = len(list)
	return out, h.service.Verify(ctx, id, month, list, in.Body.Note)
}

type facilityDutiesOutput struct {
	Body struct {
		Name   string       `json:"name"`
		Duties []familyDuty `json:"duties"`
	}
}

func (h *handlers) facility(ctx context.Context, in *struct {
	Kind  string `path:"kind" enum:"school,health"`
	Code  string `path:"code" maxLength:"30"`
	Month string `path:"month" maxLength:"7"`
}) (*facilityDutiesOutput, error) {
	month, err := condition.ParseMonth(in.Month)
	if err != nil {
		return nil, err
	}
	f, err := h.service.FacilityByCode(ctx, programme.Facility(in.Kind), in.Code)
	if err != nil {
		return nil, err
	}
	_, all, err := h.service.FacilityList(ctx, f.ID, month)
	if err != nil {
		return nil, err
	}
	out := &facilityDutiesOutput{}
	out.Body.Name, out.Body.Duties = f.Name, h.duties(all)
	return out, nil
}

func (h *handlers) report(ctx context.Context, in *struct {
	Body struct {
		Reports []dutyReport `json:"reports" minItems:"1" maxItems:"1000"`
	}
}) (*dutiesReportedOutput, error) {
	list, err := reports(in.Body.Reports)
	if err != nil {
		return nil, err
	}
	done, err := h.service.Report(ctx, condition.ViaAPI, list)
	if err != nil {
		return nil, err
	}
	out := &dutiesReportedOutput{}
	out.Body.Changed, out.Body.Same = done.Changed, done.Same
	return out, nil
}

type dutyEffectsOutput struct {
	Body struct {
		Effects []dutyEffect `json:"effects"`
	}
}

func (h *handlers) effects(ctx context.Context, in *struct {
	Instalment string `query:"instalment" maxLength:"7"`
	Status     string `query:"status" enum:"proposed,standing,upheld,withdrawn"`
	Appeal     string `query:"appeal" enum:"filed,upheld,rejected"`
}) (*dutyEffectsOutput, error) {
	all, err := h.service.Effects(ctx, condition.EffectFilter{Period: in.Instalment, Status: condition.EffectStatus(in.Status), Appeal: condition.AppealStatus(in.Appeal)})
	if err != nil {
		return nil, err
	}
	out := &dutyEffectsOutput{}
	out.Body.Effects = effectsOf(all)
	return out, nil
}

type dutyAppealOutput struct {
	Body struct {
		ID  string `json:"id" format:"uuid"`
		Due string `json:"due" format:"date" doc:"by when it is decided"`
	}
}

func (h *handlers) appeal(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		ByFamily bool   `json:"by_family"`
		Text     string `json:"text" minLength:"1" maxLength:"2000"`
		Evidence string `json:"evidence" minLength:"1" maxLength:"500"`
		Picture  []byte `json:"picture,omitempty" doc:"JPEG or PNG, in base64"`
	}
}) (*dutyAppealOutput, error) {
	id, err := parse(in.ID)
	if err != nil {
		return nil, err
	}
	p, err := h.service.Object(ctx, condition.Objection{Effect: id, ByFamily: in.Body.ByFamily, Text: in.Body.Text, Evidence: in.Body.Evidence, Picture: in.Body.Picture})
	if err != nil {
		return nil, err
	}
	out := &dutyAppealOutput{}
	out.Body.ID, out.Body.Due = p.ID.String(), p.Due.String()
	return out, nil
}
