package targetingapi

import (
	"bytes"
	"context"
	"strings"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/targeting"
	"gotong/internal/targeting/survey"
)

// surveyMost is how many bytes a survey's file may have.
const surveyMost = 64 << 20

type measureSurveyInput struct {
	Name    string `query:"name" required:"true" maxLength:"200" doc:"of the survey"`
	Date    string `query:"date" required:"true" format:"date" doc:"day of the survey"`
	Outcome string `query:"outcome" required:"true" doc:"column of consumption per person a month, in rupiah"`
	Size    string `query:"size" doc:"column of household members; without it a row is a person"`
	Weight  string `query:"weight" doc:"column of survey weights"`
	Group   string `query:"group" doc:"column of the community, for the interval"`
	Column  string `query:"area_column" doc:"column of the area's code"`
	Urban   string `query:"urban" doc:"column that tells town from country"`
	Area    string `query:"area" pattern:"^[0-9.]*$" doc:"that the survey covers; without it the nation"`
	Keep    bool   `query:"keep" doc:"keep the figures, to be shown beside the predictions"`
	RawBody []byte `contentType:"application/octet-stream" doc:"the survey: CSV, XLSX or Parquet"`
}

type measureSurveyOutput struct {
	Body struct {
		Method string           `json:"method" enum:"survey"`
		Kept   bool             `json:"kept"`
		Areas  []measuredSurvey `json:"areas"`
	}
}

// measuredSurvey is what a survey found in an area; shares in millionths.
type measuredSurvey struct {
	Area       string `json:"area"`
	Setting    string `json:"setting" doc:"urban, rural, or empty for both"`
	Households int64  `json:"households"`
	P0         int64  `json:"p0_millionths"`
	P0Low      int64  `json:"p0_low_millionths" doc:"of the 95 % interval"`
	P0High     int64  `json:"p0_high_millionths"`
	P1         int64  `json:"p1_millionths"`
	P2         int64  `json:"p2_millionths"`
	Extreme    int64  `json:"extreme_millionths"`
}

func (h *handlers) measureSurvey(ctx context.Context, in *measureSurveyInput) (*measureSurveyOutput, error) {
	if _, err := access.Require(ctx, access.RunDetermination); err != nil {
		return nil, err
	}
	on, err := civil.Parse(in.Date)
	if err != nil {
		return nil, fault.Invalid("targeting.survey.date", "value", in.Date).Because(err)
	}
	found, err := survey.Poverty(bytes.NewReader(in.RawBody), int64(len(in.RawBody)), h.service.Lines, survey.Reckoning{Outcome: in.Outcome, Size: in.Size, Weight: in.Weight, Group: in.Group,
		Area: in.Column, Code: strings.ReplaceAll(in.Area, ".", ""), Urban: in.Urban, Name: in.Name, On: on})
	if err == nil && in.Keep {
		err = h.service.KeepSurvey(ctx, found)
	}
	if err != nil {
		return nil, err
	}
	out := &measureSurveyOutput{}
	out.Body.Method, out.Body.Kept, out.Body.Areas = "survey", in.Keep, []measuredSurvey{}
	for _, x := range found {
		out.Body.Areas = append(out.Body.Areas, measuredOf(x))
	}
	return out, nil
}

func measuredOf(x targeting.SurveyPoverty) measuredSurvey {
	return measuredSurvey{x.Area, string(x.Setting), x.Households, x.P0, x.P0Low, x.P0High, x.P1, x.P2, x.Extreme}
}
