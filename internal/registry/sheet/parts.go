package sheet

import (
	"io"
	"path"
	"strings"
)

// A workbook is an archive of parts, which lead to each other by links: what a
// part is called is the writing program's affair.

// usualMain is what nearly all programs call the part that lists the sheets.
const usualMain = "xl/workbook.xml"

// partKey is how a part is found whatever way its name is written: some
// programs begin it with a stroke, some write it with the strokes of Windows.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (w *workbook) has(part string) bool {
	_, ok := w.parts[partKey(part)]
	return ok
}

// link leads from a part to another one.
type link struct {
	id, kind string // kind is the end of its type, such as styles
	target   string // the part
}

// links calls fn for each link of a part, "" for the archive's own.
func (w *workbook) links(part string, fn func(link)) error {
	folder, name := path.Split(part)
	return w.each(folder+"_rels/"+name+".rels", func(s *scanner) {
		if string(s.name) != "Relationship" {
			return
		}
		target := strings.ReplaceAll(string(appendUnescaped(nil, s.attr("Target"))), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = folder + target
		}
		kind := string(s.attr("Type"))
		fn(link{string(s.attr("Id")), kind[strings.LastIndexByte(kind, '/')+1:], strings.TrimPrefix(path.Clean(target), "/")})
	})
}

// leadsTo returns the part that a part's link of one kind leads to; "" for
// none.
func (w *workbook) leadsTo(part, kind string) string {
	to := ""
	_ = w.links(part, func(l link) { // without links, it leads nowhere
		if l.kind == kind && to == "" {
			to = l.target
		}
	})
	return to
}

// begins returns the name of a part's first element.
func (w *workbook) begins(part string) string {
	name := ""
	_ = w.each(part, func(s *scanner) { // what cannot be read begins with nothing
		if name == "" {
			name = string(s.name)
		}
	})
	return name
}

// openDocument tells a spreadsheet from the letters and slides of OpenDocument.
func (w *workbook) openDocument() Problem {
	const kind, longest = "application/vnd.oasis.opendocument.spreadsheet", 100
	r, err := w.open("mimetype")
	if err != nil {
		return OtherFile
	}
	defer r.Close()
	said, err := io.ReadAll(io.LimitReader(r, longest))
	if err != nil || !strings.HasPrefix(string(said), kind) {
		return OtherFile
	}
	return OpenBook
}
