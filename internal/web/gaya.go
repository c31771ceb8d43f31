package web

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"gotong/internal/chart"
	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// Gaya is the route of the living style page: every component with invented
// content, for whoever writes pages and for the tests that look at them.
func Gaya() Route {
	return Route{Method: "GET", Pattern: "/gaya", AnyStaff: true, Handle: gaya}
}

// gayaView is what the style page shows.
type gayaView struct {
	Base
	List   List[gayaRow]
	None   List[gayaRow]
	Errors Errors
	Charts []templ.Component
}

type gayaRow struct {
	number  string
	name    string
	village string
	decile  int
	money   money.Rupiah
	day     civil.Date
	tone    Tone
	status  i18n.Text
}

// say picks the words of the page's language for invented content, which is
// not worth a key in the locales.
func say(ctx context.Context, id, en string) string { return i18n.Text{ID: id, EN: en}.In(Lang(ctx)) }

func gaya(ctx context.Context, r *Request) (Response, error) {
	rows := []gayaRow{
		{"3172 0410 0000 0001", "Rukmini", "Kalibaru", 1, 3_000_000, civil.Of(2025, time.November, 3), Good, i18n.Text{ID: "Berhak", EN: "Entitled"}},
		{"3172 0410 0000 0002", "Tb. Ahmad Hidayatullah", "Kalibaru", 2, 1_200_000, civil.Of(2025, time.October, 21), Wait, i18n.Text{ID: "Daftar tunggu", EN: "Waitlisted"}},
		{"3674 0110 0000 0003", "Maria Goretti Simanjuntak", "Serpong", 4, 900_000, civil.Of(2025, time.October, 9), Unknown, i18n.Text{ID: "Belum dapat ditentukan", EN: "Undetermined"}},
		{"3674 0310 0000 0004", "Sunarti", "Pondok Aren", 7, 0, civil.Of(2025, time.September, 30), Bad, i18n.Text{ID: "Tidak memenuhi", EN: "Not met"}},
		{"3674 0610 0000 0005", "Nyoman Suardana", "Pamulang", 3, 600_000, civil.Of(2025, time.August, 17), Warn, i18n.Text{ID: "Perlu diperiksa", EN: "To be checked"}},
	}
	total := int64(20_000)
	list := List[gayaRow]{
		Caption: say(ctx, "Keluarga contoh", "Sample families"), Rows: rows, Query: r.List("nama", "desil"),
		Total: &total, Next: "x", Files: true,
		Href:   func(gayaRow) string { return "/gaya" },
		Totals: map[string]any{"nilai": money.Rupiah(5_700_000)},
		Columns: []Column[gayaRow]{
			{Name: "nama", Label: say(ctx, "Kepala keluarga", "Head of family"), Sort: true, Value: func(g gayaRow) any { return g.name }},
			{Name: "no_kk", Label: say(ctx, "Nomor KK", "Family card"), Kind: Code, Value: func(g gayaRow) any { return g.number }},
			{Name: "kelurahan", Label: say(ctx, "Kelurahan", "Village"), Value: func(g gayaRow) any { return g.village }},
			{Name: "desil", Label: say(ctx, "Desil", "Decile"), Kind: Count, Sort: true, Value: func(g gayaRow) any { return g.decile }},
			{Name: "nilai", Label: say(ctx, "Bantuan setahun", "Aid a year"), Kind: Amount, Value: func(g gayaRow) any { return g.money }},
			{Name: "tanggal", Label: say(ctx, "Data per", "Data of"), Kind: Date, Value: func(g gayaRow) any { return g.day }},
			{Name: "status", Label: "Status", Value: func(g gayaRow) any { return g.status },
				Show: func(g gayaRow) templ.Component { return Badge(g.tone, g.status.In(r.Lang)) }},
		},
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return TableFile(format, "contoh", list.Columns, Rows(rows)), nil
	}
	view := gayaView{
		Base: r.Base(say(ctx, "Gaya halaman", "Style of the pages")).At(Crumb{say(ctx, "Beranda", "Home"), "/"}),
		List: list, None: List[gayaRow]{ID: "kosong", Caption: say(ctx, "Daftar kosong", "An empty list"), Query: list.Query,
			Empty: say(ctx, "Belum ada keluarga yang cocok dengan saringan ini.", "No family matches this filter yet.")},
		Charts: gayaCharts(ctx),
	}
	view.Errors.Add("nik", say(ctx, "NIK harus 16 angka. Yang diisi 15 angka.", "A NIK has 16 digits. 15 were given."))
	view.Errors.Add("jumlah", say(ctx, "“1,5 juta” bukan jumlah rupiah. Tulis angka bulat, contoh 1.500.000.", "“1.5 million” is not an amount of rupiah. Write a whole number, such as 1,500,000."))
	if r.Text("galat") == "ya" { // shows what an internal failure looks like
		panic("the style page was asked to fail")
	}
	return Page(gayaPage(view)), nil
}

func gayaCharts(ctx context.Context) []templ.Component {
	l := Lang(ctx)
	thousands := func(x float64) string { return Number(ctx, int64(x)) }
	percent := func(x float64) string { return Decimal(ctx, x, 0) }
	frame := func(id, en, descID, descEN string) chart.Frame {
		return chart.Frame{Title: say(ctx, id, en), Desc: say(ctx, descID, descEN), Lang: l}
	}
	bar := func(label string, n int64, note string) chart.Bar {
		return chart.Bar{Label: label, Value: float64(n), Text: Number(ctx, n), Note: note}
	}
	var deciles []chart.Bar
	for i, n := range []int64{1960, 2010, 2034, 1987, 2008, 1999, 2051, 1975, 1988, 1988} {
		deciles = append(deciles, bar(Number(ctx, i+1), n, ""))
	}
	var tiles []chart.Tile
	for i, name := range []string{"Setu", "Serpong", "Pamulang", "Ciputat", "Ciputat Timur", "Pondok Aren", "Serpong Utara", "Cilincing"} {
		share := float64(i*i) * 1.9
		tiles = append(tiles, chart.Tile{Code: name, Name: name, Known: i != 5, Value: share, Label: Decimal(ctx, share, 1) + "%", Href: "/gaya"})
	}
	return []templ.Component{
		chart.Columns{Frame: frame("Keluarga menurut desil", "Families by decile", "Warna kedua menandai desil yang dijangkau PKH.", "The second colour marks the deciles that PKH reaches."),
			Heads: [2]string{say(ctx, "Desil", "Decile"), say(ctx, "Keluarga", "Families")}, Bars: deciles, Format: thousands, Marked: 4},
		chart.Bars{Frame: frame("Keluarga menurut program", "Families by programme", "", ""),
			Heads: [2]string{"Program", say(ctx, "Keluarga", "Families")},
			Bars:  []chart.Bar{bar("PKH", 4120, "20,6%"), bar("Sembako", 3980, "19,9%"), bar("YAPI", 212, "1,1%"), bar("Permakanan", 188, "0,9%")}},
		chart.Funnel{Frame: frame("Dari terdaftar sampai terbayar", "From registered to paid", "", ""),
			Heads: [2]string{say(ctx, "Tahap", "Stage"), say(ctx, "Keluarga", "Families")},
			Steps: []chart.Bar{bar(say(ctx, "Terdaftar", "Registered"), 20000, ""), bar(say(ctx, "Berhak", "Entitled"), 8420, "42%"), bar(say(ctx, "Diperintahkan", "Ordered"), 8310, "42%"), bar(say(ctx, "Terbayar", "Paid"), 8011, "40%")}},
		chart.Stacks{Frame: frame("Hasil menurut kecamatan", "Outcome by district", "", ""), Head: say(ctx, "Kecamatan", "District"), Whole: true,
			Series: []string{say(ctx, "Berhak", "Entitled"), say(ctx, "Menunggu", "Waiting"), say(ctx, "Belum pasti", "Undetermined"), say(ctx, "Tidak", "No")},
			Stacks: []chart.Stack{
				{Label: "Serpong", Parts: []float64{420, 60, 130, 900}, Texts: []string{"420", "60", "130", "900"}},
				{Label: "Cilincing", Parts: []float64{810, 95, 210, 640}, Texts: []string{"810", "95", "210", "640"}}}},
		chart.Lines{Frame: frame("Keluarga miskin ekstrem", "Families in extreme poverty", "Persen keluarga; 2022 tidak diukur.", "Per cent of families; 2022 was not measured."),
			Head: say(ctx, "Tahun", "Year"), Points: []string{"2020", "2021", "2022", "2023", "2024", "2025"}, Format: percent,
			Lines: []chart.Line{
				{Name: "Cilincing", Values: []chart.Value{{Known: true, N: 9.1, Text: "9,1"}, {Known: true, N: 8.2, Text: "8,2"}, {}, {Known: true, N: 6.0, Text: "6,0"}, {Known: true, N: 5.1, Text: "5,1"}, {Known: true, N: 3.9, Text: "3,9"}}},
				{Name: "Serpong", Values: []chart.Value{{Known: true, N: 3.1, Text: "3,1"}, {Known: true, N: 3.0, Text: "3,0"}, {}, {Known: true, N: 2.2, Text: "2,2"}, {Known: true, N: 1.9, Text: "1,9"}, {Known: true, N: 1.2, Text: "1,2"}}}}},
		chart.Tiles{Frame: frame("Cakupan menurut kecamatan", "Coverage by district", "Persen keluarga desil 1–4 yang menerima bantuan.", "Per cent of families in deciles 1–4 that receive aid."),
			Heads: [2]string{say(ctx, "Kecamatan", "District"), say(ctx, "Cakupan", "Coverage")},
			Tiles: chart.Place(tiles), Steps: chart.Even(100, 5, percent), Unknown: say(ctx, "belum ada data", "no data")},
	}
}
