package determinationweb

import (
	"net/url"
	"strconv"
	"strings"

	"gotong/internal/determination"
	"gotong/internal/i18n"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/web"
)

// What fields of the form are called: parameters and rules have a name each.
const (
	paramField = "angka."
	ruleField  = "aturan."
	quotaField = "kuota"
	askedField = "simulasi" // the whole question, carried by the forms below the answer
)

// tryField is one parameter in the form.
type tryField struct {
	web.Field
	Choices []web.Option // of a yes or no
}

// tryRule is one rule in the form.
type tryRule struct {
	web.Field
	Sentence string
}

// form reads what is asked into the question and into the fields. Only what
// differs from what is in force is a change.
func (v *whatIfView) form(l i18n.Lang, asked url.Values) {
	v.Q.Edit = programme.Edit{Params: map[string]string{}, Rules: map[string]string{}}
	for _, p := range v.P.Params {
		v.Numbers = append(v.Numbers, v.number(l, p, asked))
	}
	read := func(id, sentence string, r *rule.Rule) {
		name, text := ruleField+id, r.Text()
		if asked.Has(name) {
			if now := lines(asked.Get(name)); now != lines(text) {
				v.Q.Edit.Rules[id], text = now, now
			}
		}
		v.Rules = append(v.Rules, tryRule{web.Field{Name: name, Label: sentence, Value: text}, sentence})
	}
	for _, c := range v.P.Clauses {
		read(c.ID, c.Because.Plain(l), c.Rule)
	}
	for _, x := range v.P.Exclusions {
		if x.Rule != nil {
			read(x.ID, i18n.T(l, "determination.page.excluded", "reason", x.Because.Plain(l)), x.Rule)
		}
	}
	v.quota(l, asked)
}

func lines(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

func (v *whatIfView) number(l i18n.Lang, p programme.Param, asked url.Values) tryField {
	f := tryField{Field: web.Field{Name: paramField + p.Name, Label: p.Label.In(l), Value: programme.Written(p), Width: web.Short}}
	now := "determination.whatif.now"
	f.Hint = i18n.T(l, now, "value", determination.FormatParam(l, p))
	switch {
	case p.Money:
		f.Width, f.Prefix, f.InputMode = web.Medium, "Rp", "numeric"
	case p.Kind == rule.Bool:
		f.Choices = []web.Option{{Value: "true", Label: i18n.T(l, "web.table.yes")}, {Value: "false", Label: i18n.T(l, "web.table.no")}}
	case p.Kind == rule.Date:
		f.Type = "date"
	case p.Kind == rule.Option:
		f.Width = web.Medium
	default:
		f.InputMode = "decimal"
	}
	if !asked.Has(f.Name) {
		return f
	}
	value := strings.TrimSpace(asked.Get(f.Name))
	if p.Money {
		value = strings.NewReplacer(".", "", ",", "", " ", "", "Rp", "").Replace(value)
	}
	if value != f.Value {
		v.Q.Edit.Params[p.Name], f.Value = value, value
	}
	return f
}

// quota reads the quota's field, where the programme has one.
func (v *whatIfView) quota(l i18n.Lang, asked url.Values) {
	q := v.P.Quota
	if q == nil {
		return
	}
	limit, limited := q.Limit("")
	if q.By != "nation" {
		limited = q.Default != nil
		if limited {
			limit = *q.Default
		}
	}
	if limited {
		v.Quota = strconv.FormatInt(limit, 10)
	}
	v.QuotaHint = i18n.T(l, "determination.whatif.quota_hint", "area", i18n.T(l, "programme.area."+string(q.By)))
	text := strings.NewReplacer(".", "", ",", "", " ", "").Replace(asked.Get(quotaField))
	if text == "" || text == v.Quota {
		return
	}
	v.Quota = text
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		v.Errors.Add(quotaField, i18n.T(l, "determination.whatif.quota_number"))
	case n < 0:
		v.Errors.Add(quotaField, i18n.T(l, "programme.quota_negative", "value", n))
	default:
		v.Q.Edit.Quota = &n
	}
}

// query asks the same again: what differs from what is in force, and no more.
func (v *whatIfView) query() url.Values {
	q := url.Values{"penetapan": {v.Q.Determination.String()}, "wilayah": {areaValue(v.Q.Area)}, "program": {v.Q.Programme}}
	if !v.Q.Ranking.IsZero() {
		q.Set("peringkat", v.Q.Ranking.String())
	}
	for name, value := range v.Q.Edit.Params {
		q.Set(paramField+name, value)
	}
	for id, text := range v.Q.Edit.Rules {
		q.Set(ruleField+id, text)
	}
	if v.Q.Edit.Quota != nil {
		q.Set(quotaField, strconv.FormatInt(*v.Q.Edit.Quota, 10))
	}
	v.modelQuery(q)
	return q
}

func areaValue(area string) string {
	if area == "" {
		return nationArea
	}
	return area
}

// askedAgain reads the question that a form below an answer carries.
func askedAgain(r *web.Request) url.Values {
	q, err := url.ParseQuery(r.Text(askedField))
	if err != nil {
		return url.Values{}
	}
	return q
}
