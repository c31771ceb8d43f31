package e2e

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"testing"

	"gotong/internal/document"
)

// mayHold are the addresses and kinds of paper that may hold a number in
// clear, and why.
var mayHold = map[string]string{}

// TestNoIdentifierLeavesUnasked asks for every list as a file, as the members
// of staff who see most, and opens every paper that was issued: what lies
// packed in a workbook or a PDF is unpacked first. None may hold a number in
// clear; those that must, by their purpose, stand in mayHold.
func TestNoIdentifierLeavesUnasked(t *testing.T) {
	s := open(t)
	forms := s.canaryForms(t)
	lists := 0
	for login, format := range map[string]string{"dinas": "xlsx", "pemeriksa": "csv", "bendahara": "xlsx", "kepala": "csv", "admin": "xlsx"} {
		actor, err := s.app.Access.ActAs(t.Context(), login)
		if err != nil {
			t.Fatal(err)
		}
		c := s.client(t, login)
		for _, route := range s.app.Site().Table() {
			path := strings.Replace(route.Pattern, "{$}", "", 1)
			if route.Method != http.MethodGet || strings.Contains(path, "{") || !route.Allows(&actor) || mayHold[path] != "" {
				continue
			}
			status, answer := body(t, c, s.url+path+"?berkas="+format)
			if status == http.StatusOK {
				lists++
				seek(t, login+path+".", unpacked(t, []byte(answer)), forms)
			}
		}
	}
	if lists < 100 {
		t.Errorf("only %d lists were looked through", lists)
	}
	papers := 0
	for _, login := range []string{"dinas", "kepala", "bendahara"} {
		c := s.client(t, login)
		all, _, err := s.app.Documents.List(s.as(t, login), document.Filter{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if mayHold[string(d.Kind)] != "" {
				continue
			}
			status, pdf := body(t, c, s.url+"/dokumen/"+d.ID.String()+"/pdf")
			if status != http.StatusOK {
				t.Errorf("%s as %s answers %d", d.Number, login, status)
				continue
			}
			papers++
			seek(t, d.Number, unpacked(t, []byte(pdf)), forms)
		}
	}
	if papers < 5 {
		t.Errorf("only %d papers were looked through", papers)
	}
}

// unpacked is what a file holds with what is packed in it: the parts of a
// workbook, the cells of Parquet, the streams of a PDF.
func unpacked(t *testing.T, b []byte) []byte {
	t.Helper()
	all := bytes.Clone(b)
	if z, err := zip.NewReader(bytes.NewReader(b), int64(len(b))); err == nil {
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			part, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			all = append(append(all, '\n'), part...)
		}
	}
	if bytes.HasPrefix(b, []byte("PAR1")) {
		return append(all, ofParquet(t, b)...)
	}
	for rest := b; ; {
		_, after, found := bytes.Cut(rest, []byte("stream\n"))
		if !found {
			return all
		}
		rest = after
		if r, err := zlib.NewReader(bytes.NewReader(after)); err == nil {
			part, _ := io.ReadAll(r) // what follows the stream is none of it
			all = append(append(all, '\n'), part...)
		}
	}
}

// TestWhatIsPackedIsFound holds the search itself to finding what is packed.
func TestWhatIsPackedIsFound(t *testing.T) {
	const canary = "3674014102800013"
	var book, pdf bytes.Buffer
	z := zip.NewWriter(&book)
	w, err := z.Create("sheet1.xml")
	if err == nil {
		_, err = io.WriteString(w, "<v>"+canary+"</v>")
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	pdf.WriteString("%PDF-1.7\n1 0 obj\nstream\n")
	p := zlib.NewWriter(&pdf)
	io.WriteString(p, canary)
	p.Close()
	pdf.WriteString("\nendstream\n")
	for name, b := range map[string][]byte{"workbook": book.Bytes(), "paper": pdf.Bytes(), "text": []byte(canary)} {
		if !bytes.Contains(unpacked(t, b), []byte(canary)) {
			t.Errorf("not found in a %s", name)
		}
	}
}
