package targeting

import (
	"gotong/internal/fault"
	"gotong/internal/rule"

	"go.yaml.in/yaml/v3"
)

// Survey is what a model that `gotong targeting fit` wrote says of the survey
// it was fitted on. It is no part of what the model means, and so not of its
// digest.
type Survey struct {
	Outcome, Group string // columns
	Rows, Groups   int64  // counted
	R2             int64  // of the log of the outcome, in millionths
	CrossR2        int64  // the same over groups that the fit had not seen
	CrossError     int64  // root mean square error over these, of the log, in millionths
	Columns        []SurveyColumn
}

// SurveyColumn is how the values of a survey's own column were counted,
// where the register has no such indicator.
type SurveyColumn struct {
	Code     string
	Decimals int64    // of a number: it is counted in units of 10^-Decimals
	Options  []string // of a choice, numbered from 1
}

func (r modelReader) survey(n *yaml.Node) *Survey {
	var s Survey
	r.fields(n, map[string]func(*yaml.Node){
		"outcome!": r.text(&s.Outcome), "group!": r.text(&s.Group),
		"rows!": r.number(&s.Rows, maxValue), "groups!": r.number(&s.Groups, maxValue),
		"r2!": r.number(&s.R2, maxCoefficient), "cross_r2!": r.number(&s.CrossR2, maxCoefficient),
		"cross_error!": r.number(&s.CrossError, maxCoefficient),
		"columns": func(n *yaml.Node) {
			r.each(n, func(n *yaml.Node) { s.Columns = append(s.Columns, r.surveyColumn(n)) })
		},
	})
	return &s
}

func (r modelReader) surveyColumn(n *yaml.Node) SurveyColumn {
	var c SurveyColumn
	r.fields(n, map[string]func(*yaml.Node){
		"code!": r.text(&c.Code), "decimals": r.number(&c.Decimals, 9),
		"options": func(n *yaml.Node) {
			r.each(n, func(n *yaml.Node) {
				var o string
				r.text(&o)(n)
				c.Options = append(c.Options, o)
			})
		},
	})
	return c
}

// ReadSurvey reads what a model's file says of its survey, before its terms
// can be read; the zero Survey where it says nothing.
func ReadSurvey(file string, text []byte) (Survey, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return Survey{}, fault.Invalid("targeting.load.not_yaml", "at", file, "file", file).Because(err)
	}
	for i := 0; i+1 < len(doc.Content[0].Content); i += 2 {
		if doc.Content[0].Content[i].Value == "survey" {
			var problems rule.Problems
			s := modelReader{reader{file, &problems}, nil}.survey(doc.Content[0].Content[i+1])
			if len(problems) > 0 {
				return Survey{}, problems
			}
			return *s, nil
		}
	}
	return Survey{}, nil
}
