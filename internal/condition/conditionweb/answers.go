package conditionweb

import (
	"strconv"

	"gotong/internal/condition"
	"gotong/internal/fault"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// question is a duty as a form asks about it.
type question struct {
	Duty    condition.Duty
	Who     string
	What    string
	Measure web.Field // of a duty with a measure
	Answer  web.Field
	Options []web.Option
	Note    web.Field
	History string
	Said    string // what is known of it, in words
}

// ask makes the question of a duty: by a number or by a choice, filled with
// what was sent or else with what is known.
func (h *Handlers) ask(r *web.Request, w *words, d condition.Duty, rules condition.Rules, sent bool, errs web.Errors) question {
	id := d.ID.String()
	q := question{Duty: d, Who: d.Name, What: w.duty(d), History: to(Path+"/riwayat", d.ID), Said: d.Say(r.Lang)}
	q.Answer = web.Field{Name: "jawab_" + id, Label: r.T("condition.ask.answer"), Optional: true, Blank: r.T("condition.status.open")}
	q.Note = web.Field{Name: "catatan_" + id, Label: r.T("condition.field.catatan"), Optional: true, Value: d.Note}
	if d.AtLeast != nil {
		q.Measure = web.Field{Name: "ukur_" + id, Label: r.T("condition.ask.measure", "unit", d.Unit, "least", *d.AtLeast), Optional: true, InputMode: "numeric", Width: web.Short}
		q.Answer.Label, q.Answer.Blank = r.T("condition.ask.or_excuse"), r.T("condition.ask.no_excuse")
		if d.Measure != nil {
			q.Measure.Value = strconv.FormatInt(*d.Measure, 10)
		}
	} else {
		q.Options = page.Options(r, "condition.status.", []condition.Status{condition.Met, condition.Missed})
	}
	for _, e := range rules.Excuses {
		q.Options = append(q.Options, web.Option{Value: string(e.Code), Label: r.T("condition.ask.excused", "why", r.T("condition.excuse."+string(e.Code)))})
	}
	switch {
	case d.Status == condition.Excused:
		q.Answer.Value = string(d.Excuse)
	case d.AtLeast == nil && d.Status != condition.Open:
		q.Answer.Value = string(d.Status)
	}
	if sent {
		q.Measure.Value, q.Answer.Value, q.Note.Value = r.Text(q.Measure.Name), r.Text(q.Answer.Name), r.Text(q.Note.Name)
	}
	q.Measure, q.Answer, q.Note = errs.Field(q.Measure), errs.Field(q.Answer), errs.Field(q.Note)
	return q
}

// reply reads what was answered about a duty; false where nothing was.
func reply(r *web.Request, d condition.Duty) (condition.Report, bool, error) {
	id := d.ID.String()
	x := condition.Report{Duty: d.ID, Note: r.Text("catatan_" + id)}
	given, number := r.Text("jawab_"+id), ""
	if d.AtLeast != nil {
		number = r.Text("ukur_" + id)
	}
	if given == "" && number == "" {
		return x, false, nil
	}
	if number != "" {
		v, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return x, false, fault.Invalid("condition.bad_measure", "value", number, "unit", d.Unit)
		}
		x.Measure = &v
	}
	switch s := condition.Status(given); s {
	case "":
	case condition.Met, condition.Missed:
		x.Status = s
	default:
		x.Status, x.Excuse = condition.Excused, condition.Excuse(given)
	}
	return x, true, nil
}

// replies reads the answers about several duties, and says beside which
// field what is wrong.
func replies(r *web.Request, all []condition.Duty, errs *web.Errors) ([]condition.Report, error) {
	var said []condition.Report
	for _, d := range all {
		x, given, err := reply(r, d)
		if err != nil {
			if !errs.Take(r.Lang, fieldOf(d), err) {
				return nil, err
			}
			continue
		}
		if given && !d.Verified {
			said = append(said, x)
		}
	}
	return said, nil
}

// fieldOf names the field beside which it is said what is wrong with a duty.
func fieldOf(d condition.Duty) string {
	if d.AtLeast != nil {
		return "ukur_" + d.ID.String()
	}
	return "jawab_" + d.ID.String()
}
