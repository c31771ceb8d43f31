package sheet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the parts of a workbook are called, and where they lie, is the writing
// program's affair.
func TestPartsAreFoundByTheirLinks(t *testing.T) {
	const (
		office = `Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
		rows   = `<worksheet><sheetData><row><c t="s"><v>0</v></c><c s="1"><v>33100</v></c></row></sheetData></worksheet>`
		shared = `<sst><si><t>Siti</t></si></sst>`
		styles = `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`
	)
	parts := func(at string) map[string]string {
		folder := at[:strings.LastIndexByte(at, '/')+1]
		return map[string]string{
			"_rels/.rels": `<Relationships><Relationship Id="a" ` + office + `officeDocument" Target="` + at + `"/></Relationships>`,
			at:            `<workbook><sheets><sheet name="grafik" r:id="c"/><sheet name="x" r:id="d"/></sheets></workbook>`,
			folder + "_rels/" + strings.TrimPrefix(at, folder) + ".rels": `<Relationships><Relationship Id="c" ` + office + `chartsheet" Target="chart.xml"/>` +
				`<Relationship Id="d" ` + office + `worksheet" Target="satu.xml"/><Relationship Id="e" ` + office + `sharedStrings" Target="./teks.xml"/>` +
				`<Relationship Id="f" ` + office + `styles" Target="/` + folder + `gaya.xml"/></Relationships>`,
			folder + "chart.xml": `<chartsheet/>`, folder + "satu.xml": rows, folder + "teks.xml": shared, folder + "gaya.xml": styles,
		}
	}
	strokes := map[string]string{}
	for name, text := range parts("xl/workbook.xml") {
		strokes[strings.ReplaceAll(name, "/", `\`)] = text
	}
	for name, parts := range map[string]map[string]string{
		"as usual": parts("xl/workbook.xml"), "another name": parts("xl/book7.xml"), "another folder": parts("isi/lembar/buku.xml"),
		"no folder": parts("buku.xml"), "strokes of Windows": strokes,
	} {
		got, problem := rowsOf(t, archive(t, parts, "", 0), "")
		want := []Record{{Row: 1, Fields: []string{"Siti", "1990-08-15"}, Kinds: []Kind{Written, Dated}}}
		if diff := cmp.Diff(want, got); diff != "" || problem != "" {
			t.Errorf("%s: %s %s", name, problem, diff)
		}
	}
	letter := parts("isi/surat.xml")
	letter["isi/surat.xml"] = "<document/>"
	lost := parts("xl/workbook.xml")
	delete(lost, "xl/satu.xml")
	macros := parts("isi/buku.xml")
	macros["isi/vbaProject.bin"] = "x"
	open := map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": "x", "content.xml": "x"}
	text := map[string]string{"mimetype": "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": "x", "content.xml": "x"}
	for want, parts := range map[Problem]map[string]string{OtherFile: letter, CutShort: lost, Macros: macros, OpenBook: open} {
		if _, got := rowsOf(t, archive(t, parts, "", 0), ""); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if _, got := rowsOf(t, archive(t, text, "", 0), ""); got != OtherFile {
		t.Errorf("a letter of OpenDocument: %q", got)
	}
}
