// Package targetingapi is the part of the JSON interface that says who stands
// where and how poor an area is: a village's families by score, meeting and
// both, the meetings themselves, poverty by area, and the first detection. No
// name and no number of a person leaves by it.
package targetingapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/rule"
	"gotong/internal/targeting"
	"gotong/internal/targeting/detection"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *targeting.Service, detects *detection.Service) {
	h := &handlers{service, detects}
	tags := []string{"targeting"}
	operation := func(id, method, path, summary string) huma.Operation {
		return api.Signed(huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: tags})
	}
	huma.Register(a, operation("village-ranking", http.MethodGet, "/api/v1/villages/{area}/ranking", "A village's families by score, by its meeting and by both; the look is recorded"), h.village)
	huma.Register(a, operation("family-score", http.MethodGet, "/api/v1/families/{id}/score", "What each fact adds to a family's score, and its places in its village; the look is recorded"), h.score)
	huma.Register(a, operation("village-meetings", http.MethodGet, "/api/v1/village-meetings", "Village meetings of the caller's areas, newest first"), h.meetings)
	huma.Register(a, operation("record-village-meeting", http.MethodPost, "/api/v1/village-meetings", "Record the order of families that a village meeting agreed on"), h.record)
	huma.Register(a, operation("poverty", http.MethodGet, "/api/v1/poverty", "P0, P1, P2 and extreme poverty of an area, by predicted consumption, with its trend; and apart from these what surveys found"), h.poverty)
	h.registerModels(a)
	huma.Register(a, operation("first-detection", http.MethodGet, "/api/v1/families/{id}/first-detection", "The eight tests of Kepmensos 262/HUK/2022 for a family, with what is still to be asked; the look is recorded"), h.detect)
}

type handlers struct {
	service *targeting.Service
	detects *detection.Service
}

type areaInput struct {
	Area string `path:"area" minLength:"10" maxLength:"10" pattern:"^[0-9]{10}$" doc:"code of a village"`
}

type standing struct {
	Family       string `json:"family" format:"uuid"`
	Place        int64  `json:"place,omitempty" doc:"in the order that counts, from 1, the poorest; left out for none"`
	ByScore      int64  `json:"by_score,omitempty"`
	ByMeeting    int64  `json:"by_meeting,omitempty"`
	Hybrid       int64  `json:"hybrid,omitempty"`
	Decile       int64  `json:"decile,omitempty"`
	DecileRegion int64  `json:"decile_region,omitempty"`
	Score        *int64 `json:"score_micro" doc:"natural log of predicted consumption, in millionths; null where it is not known"`
	Predicted    int64  `json:"predicted_rupiah,omitempty" doc:"consumption per person a month"`
}

func standingOf(x targeting.VillageRow) standing {
	s := standing{Family: x.Family.String(), Place: x.Standing, ByScore: x.ByScore, ByMeeting: x.Community, Hybrid: x.Hybrid, Decile: x.Decile, DecileRegion: x.DecileRegion, Predicted: int64(x.Consumption)}
	if x.Known {
		s.Score = &x.Score
	}
	return s
}

type villageOutput struct {
	Body struct {
		Village     string     `json:"village"`
		Ranking     string     `json:"ranking" format:"uuid"`
		AsOf        string     `json:"as_of" format:"date"`
		Order       string     `json:"order" enum:"score,community,hybrid" doc:"which of them the ranking goes by"`
		Meeting     string     `json:"meeting,omitempty" doc:"id of the meeting that counts today"`
		MeetingUsed bool       `json:"meeting_used" doc:"the ranking had that meeting"`
		Families    []standing `json:"families"`
	}
}

func orderOf(o *targeting.OrderUse) string {
	if o == nil {
		return string(targeting.ByScore)
	}
	return string(o.By)
}

func (h *handlers) village(ctx context.Context, in *areaInput) (*villageOutput, error) {
	v, err := h.service.Village(ctx, access.PurposeVerification, in.Area)
	if err != nil {
		return nil, err
	}
	out := &villageOutput{}
	b := &out.Body
	b.Village, b.Ranking, b.AsOf, b.Order, b.MeetingUsed, b.Families = v.Area, v.Ranking.ID.String(), v.Ranking.AsOf.String(), orderOf(v.Ranking.Order), v.Used, []standing{}
	if v.Meeting != nil {
		b.Meeting = v.Meeting.ID.String()
	}
	for _, x := range v.Rows {
		b.Families = append(b.Families, standingOf(x))
	}
	return out, nil
}

type familyInput struct {
	ID string `path:"id" format:"uuid"`
}

func (in familyInput) id() (ident.ID, error) {
	return api.ID(in.ID, "core.error.not_found")
}

type term struct {
	Indicator string `json:"indicator"`
	Value     *int64 `json:"value" doc:"as the catalogue counts it; null where it is not known"`
	Add       int64  `json:"add_micro" doc:"to the score, in millionths"`
	Presumed  bool   `json:"presumed,omitempty" doc:"the model's value for a fact that nobody told"`
}

type scoreOutput struct {
	Body struct {
		Model     string    `json:"model"`
		Order     string    `json:"order" enum:"score,community,hybrid"`
		AsOf      string    `json:"as_of" format:"date"`
		Known     bool      `json:"known"`
		Score     int64     `json:"score_micro"`
		Predicted int64     `json:"predicted_rupiah"`
		Base      int64     `json:"base_micro"`
		Terms     []term    `json:"terms"`
		Village   *standing `json:"village,omitempty"`
	}
}

func (h *handlers) score(ctx context.Context, in *familyInput) (*scoreOutput, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	x, err := h.service.ScoreOf(ctx, access.PurposeService, id)
	if err != nil {
		return nil, err
	}
	out := &scoreOutput{}
	b := &out.Body
	b.Model, b.Order, b.AsOf, b.Known, b.Score, b.Predicted, b.Base, b.Terms = x.Model.Code, orderOf(x.Order), x.AsOf.String(), x.Known, x.Score, int64(x.Consumption), x.Base, []term{}
	for _, r := range x.Readings {
		t := term{Indicator: r.Term.Indicator.Code, Add: r.Add, Presumed: r.Default}
		if r.Known {
			t.Value = &r.Value
		}
		b.Terms = append(b.Terms, t)
	}
	if x.Village != nil {
		s := standingOf(*x.Village)
		b.Village = &s
	}
	return out, nil
}

type place struct {
	Family string `json:"family,omitempty" doc:"id of a family; or local_key"`
	Key    string `json:"local_key,omitempty" doc:"the office's key of a family; or family"`
	Place  int64  `json:"place" minimum:"1" doc:"1 is the poorest; equals may share a number"`
}

type meeting struct {
	ID           string `json:"id" format:"uuid"`
	Area         string `json:"area"`
	HeldOn       string `json:"held_on" format:"date"`
	Minutes      string `json:"minutes"`
	Participants int64  `json:"participants"`
	Women        int64  `json:"women"`
	Families     int64  `json:"families"`
	Withdrawn    bool   `json:"withdrawn"`
}

func meetingOf(m targeting.Meeting, families int64) meeting {
	return meeting{m.ID.String(), m.Area, m.HeldOn.String(), m.Minutes, m.Participants, m.Women, families, !m.Stands()}
}

type meetingsInput struct {
	Area string `query:"area" maxLength:"10" pattern:"^[0-9]*$" doc:"code of an area; empty for all of the caller's"`
}

type meetingsOutput struct {
	Body struct {
		Meetings []meeting `json:"meetings"`
	}
}

func (h *handlers) meetings(ctx context.Context, in *meetingsInput) (*meetingsOutput, error) {
	all, err := h.service.ListMeetings(ctx, targeting.MeetingFilter{Area: in.Area})
	if err != nil {
		return nil, err
	}
	out := &meetingsOutput{}
	out.Body.Meetings = []meeting{}
	for _, m := range all {
		out.Body.Meetings = append(out.Body.Meetings, meetingOf(m.Meeting, m.Families))
	}
	return out, nil
}

type recordInput struct {
	Body struct {
		Area         string  `json:"area" pattern:"^[0-9]{10}$" doc:"code of the village"`
		HeldOn       string  `json:"held_on" format:"date"`
		Minutes      string  `json:"minutes" maxLength:"200" doc:"number of the signed minutes"`
		Participants int64   `json:"participants"`
		Women        int64   `json:"women"`
		Note         string  `json:"note,omitempty" maxLength:"2000"`
		Places       []place `json:"places" maxItems:"100000"`
	}
}

type recordOutput struct {
	Body meeting
}

func (h *handlers) record(ctx context.Context, in *recordInput) (*recordOutput, error) {
	b := in.Body
	held, err := civil.Parse(b.HeldOn)
	if err != nil {
		return nil, fault.Invalid("targeting.survey.date", "value", b.HeldOn)
	}
	m := targeting.Meeting{Area: b.Area, HeldOn: held, Minutes: b.Minutes, Participants: b.Participants, Women: b.Women, Note: b.Note}
	if m.Places, err = h.places(ctx, b.Area, b.Places); err != nil {
		return nil, err
	}
	if m, err = h.service.RecordMeeting(ctx, m); err != nil {
		return nil, err
	}
	return &recordOutput{meetingOf(m, int64(len(m.Places)))}, nil
}

// places finds the families of places that were given by the office's keys.
func (h *handlers) places(ctx context.Context, village string, given []place) ([]targeting.MeetingPlace, error) {
	roster, err := h.service.Roster(ctx, village, access.PurposeVerification)
	if err != nil {
		return nil, err
	}
	find := targeting.Finder(roster)
	var all []targeting.MeetingPlace
	for i, p := range given {
		id, ok := find(strings.TrimSpace(p.Family), strings.TrimSpace(p.Key))
		if !ok {
			return nil, fault.Invalid("targeting.meeting.not_here", "row", i+1)
		}
		all = append(all, targeting.MeetingPlace{Family: id, Place: p.Place})
	}
	return all, nil
}

type measure struct {
	Area     string `json:"area"`
	AsOf     string `json:"as_of" format:"date"`
	Persons  int64  `json:"persons"`
	Poor     int64  `json:"poor_persons"`
	P0       int64  `json:"p0_micro" doc:"millionths of persons"`
	P1       int64  `json:"p1_micro"`
	P2       int64  `json:"p2_micro"`
	Extreme  int64  `json:"extreme_micro"`
	Unknown  int64  `json:"families_not_measured"`
	LinePoor int64  `json:"line_rupiah,omitempty" doc:"of the area as a whole; villages are measured by their own"`
}

func measureOf(area, asOf string, m targeting.Measure, l *targeting.Line) measure {
	x := measure{Area: area, AsOf: asOf, Persons: m.Persons, Poor: m.Poor, P0: m.P0(), P1: m.P1(), P2: m.P2(), Extreme: m.P0Extreme(), Unknown: m.Unknown}
	if l != nil {
		x.LinePoor = int64(l.Monthly)
	}
	return x
}

type povertyOutput struct {
	Body struct {
		Method  string                    `json:"method" enum:"predicted" doc:"of whole, areas and trend: by the consumption that a model predicts, not that a survey found"`
		Model   string                    `json:"model"`
		Whole   measure                   `json:"whole"`
		Areas   []measure                 `json:"areas" doc:"just below it"`
		Trend   []measure                 `json:"trend" doc:"of the area, by ranking, oldest first"`
		Surveys []targeting.SurveyPoverty `json:"surveys" doc:"what surveys found of the area"`
	}
}

func (h *handlers) poverty(ctx context.Context, in *meetingsInput) (*povertyOutput, error) {
	r, err := h.service.Poverty(ctx, in.Area)
	if err != nil {
		return nil, err
	}
	out := &povertyOutput{}
	b := &out.Body
	asOf := r.Ranking.AsOf.String()
	b.Method, b.Model, b.Whole = "predicted", r.Ranking.Model, measureOf(r.Area, asOf, r.Whole.Measure, r.Whole.Poor)
	b.Areas, b.Trend, b.Surveys = []measure{}, []measure{}, append([]targeting.SurveyPoverty{}, r.Surveys...)
	for _, row := range r.Rows {
		b.Areas = append(b.Areas, measureOf(row.Area, asOf, row.Measure, row.Poor))
	}
	for _, p := range r.Trend {
		b.Trend = append(b.Trend, measureOf(r.Area, p.AsOf.String(), p.Measure, nil))
	}
	return out, nil
}

type question struct {
	Test    string   `json:"test"`
	Name    string   `json:"name"`
	Answer  string   `json:"answer" enum:"yes,no,unknown"`
	Missing []string `json:"missing" doc:"facts to collect"`
}

type detectOutput struct {
	Body struct {
		Verdict string     `json:"verdict" enum:"at_once,poor,open,not_poor"`
		AsOf    string     `json:"as_of" format:"date"`
		Met     int        `json:"met"`
		Open    int        `json:"open"`
		Needed  int        `json:"needed"`
		Source  string     `json:"source"`
		Tests   []question `json:"tests" doc:"the first question, then the eight tests"`
	}
}

var answers = map[rule.Truth]string{rule.Yes: "yes", rule.No: "no", rule.Unknown: "unknown"}

func (h *handlers) detect(ctx context.Context, in *familyInput) (*detectOutput, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	x, err := h.detects.Explain(ctx, access.PurposeService, id)
	if err != nil {
		return nil, err
	}
	l := api.Lang(ctx)
	out := &detectOutput{}
	b := &out.Body
	b.Verdict, b.AsOf, b.Met, b.Open, b.Needed, b.Source = string(x.Verdict), x.AsOf.String(), x.Met, x.Open, x.Version.Needed, x.Version.Source.In(l)
	for _, q := range x.Questions {
		one := question{Test: q.Test.ID, Name: q.Test.Name.In(l), Answer: answers[q.Answer], Missing: []string{}}
		for _, i := range q.Missing {
			one.Missing = append(one.Missing, i.Code)
		}
		b.Tests = append(b.Tests, one)
	}
	return out, nil
}
