package targetingweb

import (
	"context"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/targeting"
	"gotong/internal/targeting/survey"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// SurveyPath is where poverty is measured in a survey.
const SurveyPath = PovertyPath + "/survei"

// surveyMost is how many bytes a survey's file may have.
const surveyMost = 64 << 20

// surveyColumns are the fields of the form that name a column of the file.
var surveyColumns = []string{"konsumsi", "anggota", "bobot", "komunitas", "kode", "kota"}

func (h *Handlers) surveyForm(r *web.Request) (page.Sheet, page.Form) {
	s := page.Sheet{Base: r.Base(r.T("targeting.reckon.title")).At(web.Crumb{Label: r.T("targeting.poverty.title"), Href: PovertyPath}), Lead: r.T("targeting.reckon.lead")}
	ask := func(name string, with ...page.With) page.Field {
		return page.Ask(r, "targeting.reckon.", name, with...)
	}
	hint := func(key string) page.With { return page.Hint(r.T("targeting.reckon.hint_" + key)) }
	return s, page.Form{Action: SurveyPath, Upload: true, Cancel: PovertyPath, Submit: r.T("targeting.reckon.measure"),
		Also: []page.Also{{Name: "simpan", Value: "1", Label: r.T("targeting.reckon.keep")}},
		Fields: []page.Field{
			ask("berkas", page.File(".csv,.xlsx,.parquet"), hint("berkas")),
			ask("nama", hint("nama")), ask("tanggal", page.Day),
			ask("wilayah", page.Optional, page.Medium, hint("wilayah")),
			ask("konsumsi", page.Medium, hint("konsumsi")), ask("anggota", page.Medium, page.Optional, hint("anggota")),
			ask("bobot", page.Medium, page.Optional, hint("bobot")), ask("komunitas", page.Medium, page.Optional, hint("komunitas")),
			ask("kode", page.Medium, page.Optional, hint("kode")), ask("kota", page.Medium, page.Optional, hint("kota")),
		}}
}

func (h *Handlers) newSurvey(_ context.Context, r *web.Request) (web.Response, error) {
	s, f := h.surveyForm(r)
	return f.Shown(s), nil
}

// measureSurvey measures poverty in the file of a form, and keeps the figures
// where that is asked for.
func (h *Handlers) measureSurvey(ctx context.Context, r *web.Request) (web.Response, error) {
	s, f := h.surveyForm(r)
	k := survey.Reckoning{Outcome: r.Text("konsumsi"), Size: r.Text("anggota"), Weight: r.Text("bobot"), Group: r.Text("komunitas"), Area: r.Text("kode"), Urban: r.Text("kota"),
		Name: r.Text("nama")}
	for _, name := range []string{"nama", "konsumsi"} {
		if r.Text(name) == "" {
			s.Errors.Add(name, r.T("targeting.reckon.needed"))
		}
	}
	day, err := r.Day("tanggal")
	if err != nil && !s.Errors.Take(r.Lang, "tanggal", err) {
		return nil, err
	}
	if k.On = day; err == nil && day > civil.OfTime(h.Clock.Now()) {
		s.Errors.Add("tanggal", r.T("targeting.poverty.future", "date", day))
	}
	if text := r.Text("wilayah"); text != "" {
		if k.Code, err = h.Atlas.Parse(text); err != nil && !s.Errors.Take(r.Lang, "wilayah", err) {
			return nil, err
		}
	}
	file, err := r.Upload("berkas")
	if err != nil && !s.Errors.Take(r.Lang, "berkas", err) {
		return nil, err
	}
	if file != nil {
		defer file.Close()
	}
	if s.Errors.Any() {
		return f.Again(s), nil
	}
	found, err := survey.Poverty(file, file.Size, h.Service.Lines, k)
	if err == nil && r.Text("simpan") != "" {
		if err = h.Service.KeepSurvey(ctx, found); err == nil {
			return web.SeeOther(PovertyPath+"?wilayah="+k.Code, web.Done("targeting.reckon.kept", "n", strconv.Itoa(len(found)))), nil
		}
	}
	if err != nil {
		return f.Answer(r, s, surveyField(r, err), err, "", "")
	}
	list := h.surveyTable(ctx, r, found)
	list.Caption = r.T("targeting.reckon.found", "n", web.Number(ctx, households(found)))
	list.Columns = append([]web.Column[targeting.SurveyPoverty]{{Name: "wilayah", Label: r.T("targeting.page.area"),
		Value: func(x targeting.SurveyPoverty) any { return h.place(ctx, x.Area) }}}, list.Columns[2:]...)
	s.Add("", web.Notice(web.Info, r.T("targeting.reckon.not_kept")), web.Table(list))
	return f.Shown(s), nil
}

// households counts those of the whole survey.
func households(all []targeting.SurveyPoverty) int64 {
	n := int64(0)
	for _, x := range all {
		n = max(n, x.Households)
	}
	return n
}

// surveyField is the field that something wrong with a survey is about: that
// of the column it names, else the file.
func surveyField(r *web.Request, err error) string {
	f, ok := faultOf(err)
	if !ok {
		return "berkas"
	}
	if strings.HasPrefix(f.Key, "targeting.poverty.survey_name") {
		return "nama"
	}
	for i := 0; i+1 < len(f.Args); i += 2 {
		if f.Args[i] != "column" {
			continue
		}
		for _, name := range surveyColumns {
			if column, _ := f.Args[i+1].(string); column != "" && r.Text(name) == column {
				return name
			}
		}
	}
	return "berkas"
}
