package targetingweb

import (
	"context"
	"iter"

	"github.com/a-h/templ"

	"gotong/internal/rule"
	"gotong/internal/targeting/detection"
	"gotong/internal/web"
)

type detectionView struct {
	web.Base
	R        detection.Report
	Where    string
	Stats    []web.Stat
	Tests    web.List[detection.Tally]
	List     web.List[detection.Row]
	Verdicts []web.Option
	TestList []web.Option
	Answers  []web.Option
	Source   string
}

// answerWords are the answers in the address.
var answerWords = map[string]rule.Truth{"ya": rule.Yes, "tidak": rule.No, "belum": rule.Unknown}

// detection lists families by what the first detection finds of them.
func (h *Handlers) detection(ctx context.Context, r *web.Request) (web.Response, error) {
	area, err := h.area(r)
	if err != nil {
		return nil, err
	}
	q := r.List()
	f := detection.Filter{Area: area, Verdict: detection.Verdict(q.Text("hasil")), Test: q.Text("uji")}
	if a, ok := answerWords[q.Text("jawaban")]; ok && f.Test != "" {
		f.Answer, f.Asked = a, true
	} else if f.Test != "" {
		f.Answer, f.Asked = rule.Yes, true
	}
	report, err := h.Detection.Detect(ctx, r.Route.Purpose, f)
	if err != nil {
		return nil, err
	}
	columns := h.detectionColumns(ctx, r, &report)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "deteksi-awal", columns, h.named(ctx, r, report.Rows)), nil
	}
	v := detectionView{Base: r.Base(r.T("targeting.detection.title")), R: report, Where: h.place(ctx, area), Source: web.T(ctx, "targeting.detection.source", "needed", report.Version.Needed, "date", web.Day(ctx, report.AsOf), "source", report.Version.Source.In(r.Lang))}
	v.List = web.Paged(r, pageLength, web.List[detection.Row]{Caption: r.T("targeting.detection.families"), Columns: columns, Rows: report.Rows, Query: q, Empty: r.T("targeting.detection.none"),
		Href: func(x detection.Row) string { return h.FamilyPage(x.Family) + "#deteksi" }})
	if err := h.Detection.Name(ctx, v.List.Rows, r.Route.Purpose); err != nil {
		return nil, err
	}
	for _, verdict := range detection.Verdicts {
		v.Stats = append(v.Stats, web.Stat{Label: r.T("targeting.detection.verdict." + string(verdict)), Value: web.Number(ctx, report.Counts[verdict]), Note: web.Percent(ctx, report.Counts[verdict], report.Families)})
		v.Verdicts = append(v.Verdicts, web.Option{Value: string(verdict), Label: r.T("targeting.detection.verdict." + string(verdict))})
	}
	for _, t := range report.Tests {
		v.TestList = append(v.TestList, web.Option{Value: t.Test.ID, Label: t.Test.Name.In(r.Lang)})
	}
	for _, a := range []string{"ya", "tidak", "belum"} {
		v.Answers = append(v.Answers, web.Option{Value: a, Label: r.T("targeting.detection.answer." + a)})
	}
	v.Tests = web.List[detection.Tally]{ID: "uji", Caption: r.T("targeting.detection.tests"), Rows: report.Tests, Columns: []web.Column[detection.Tally]{
		{Name: "uji", Label: r.T("targeting.detection.test"), Value: func(t detection.Tally) any { return t.Test.Name.In(r.Lang) }},
		{Name: "ya", Label: r.T("targeting.detection.answer.ya"), Kind: web.Count, Value: func(t detection.Tally) any { return t.Yes }},
		{Name: "tidak", Label: r.T("targeting.detection.answer.tidak"), Kind: web.Count, Value: func(t detection.Tally) any { return t.No }},
		{Name: "belum", Label: r.T("targeting.detection.answer.belum"), Kind: web.Count, Value: func(t detection.Tally) any { return t.Unknown }},
	}}
	return web.Page(detectionPage(v)), nil
}

// namedAtOnce is how many families a file names at a time.
const namedAtOnce = 1000

// named yields rows with names, some at a time.
func (h *Handlers) named(ctx context.Context, r *web.Request, rows []detection.Row) iter.Seq2[detection.Row, error] {
	return func(yield func(detection.Row, error) bool) {
		for from := 0; from < len(rows); from += namedAtOnce {
			some := rows[from:min(from+namedAtOnce, len(rows))]
			if err := h.Detection.Name(ctx, some, r.Route.Purpose); err != nil {
				yield(detection.Row{}, err)
				return
			}
			for _, x := range some {
				if !yield(x, nil) {
					return
				}
			}
		}
	}
}

func (h *Handlers) detectionColumns(ctx context.Context, r *web.Request, report *detection.Report) []web.Column[detection.Row] {
	columns := []web.Column[detection.Row]{
		{Name: "kepala_keluarga", Label: r.T("targeting.village.head"), Value: func(x detection.Row) any {
			if x.Head == "" {
				return r.T("targeting.village.left")
			}
			return x.Head
		}},
		{Name: "wilayah", Label: r.T("targeting.page.area"), Value: func(x detection.Row) any { return h.Atlas.Name(x.Area) }},
		{Name: "kode_wilayah", Label: r.T("targeting.page.area_code"), Kind: web.Code, Hide: true, Value: func(x detection.Row) any { return dotted(x.Area) }},
		{Name: "alamat", Label: r.T("targeting.village.address"), Value: func(x detection.Row) any { return x.Where }},
		{Name: "hasil", Label: r.T("targeting.detection.found"), Value: func(x detection.Row) any { return r.T("targeting.detection.verdict." + string(x.Verdict)) }, Show: func(x detection.Row) templ.Component {
			return web.Badge(verdictTones[x.Verdict], r.T("targeting.detection.verdict."+string(x.Verdict)))
		}},
		{Name: "terpenuhi", Label: r.T("targeting.detection.met"), Kind: web.Count, Value: func(x detection.Row) any { return int64(x.Met) }},
		{Name: "belum_diketahui", Label: r.T("targeting.detection.open"), Kind: web.Count, Value: func(x detection.Row) any { return int64(x.Open) }},
	}
	words := map[rule.Truth]string{rule.Yes: "ya", rule.No: "tidak", rule.Unknown: "belum"}
	for k, t := range report.Tests { // each answer, in files
		columns = append(columns, web.Column[detection.Row]{Name: t.Test.ID, Label: t.Test.Name.In(r.Lang), Hide: true,
			Value: func(x detection.Row) any { return r.T("targeting.detection.answer." + words[x.Answers[k]]) }})
	}
	return columns
}
