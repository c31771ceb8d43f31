package sheet

import (
	"archive/zip"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// What a workbook may be. A table unpacks to ten or thirty times its size;
// what unpacks to far more was made to fill a memory or a disk.
const (
	bombRatio  = 200
	bombFrom   = 64 << 20 // unpacked bytes below which no ratio matters
	directory  = 4 << 20  // bytes of the list of parts
	smallPart  = 8 << 20  // unpacked bytes of a part other than sheets and texts
	sharedMost = 192 << 20
)

// workbook is an open XLSX file.
type workbook struct {
	parts  map[string]*zip.File // by their keys
	main   string               // the part that lists the sheets
	shared texts
	dates  []bool // of each cell style, whether it shows days
	early  bool   // days are counted from 1904
}

func openWorkbook(r io.ReaderAt, size int64, want string) (Rows, Problem, error) {
	if problem := looksHarmless(r, size); problem != "" {
		return nil, problem, nil
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, CutShort, nil //nolint:nilerr // the file's fault
	}
	w := &workbook{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		w.parts[partKey(f.Name)] = f
		if f.UncompressedSize64 > bombFrom && f.UncompressedSize64/bombRatio > f.CompressedSize64 {
			return nil, Bomb, nil
		}
	}
	if problem := w.family(); problem != "" {
		return nil, problem, nil
	}
	if w.main = w.leadsTo("", "officeDocument"); w.main == "" || !w.has(w.main) {
		w.main = usualMain
	}
	sheet, problem := w.index(want)
	if problem == "" {
		problem = w.load()
	}
	if problem != "" {
		return nil, problem, nil
	}
	part, err := w.open(sheet)
	if err != nil {
		return nil, CutShort, nil //nolint:nilerr // the file's fault
	}
	return &cells{book: w, scan: newScanner(part), part: part}, "", nil
}

// looksHarmless looks at the end of an archive, where the list of its parts
// is, before anything is read by it.
func looksHarmless(r io.ReaderAt, size int64) Problem {
	tail := make([]byte, min(size, 65<<10+22))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return CutShort
	}
	at := strings.LastIndex(string(tail), "PK\x05\x06")
	if at < 0 || len(tail)-at < 22 {
		return CutShort
	}
	begin := int64(binary.LittleEndian.Uint32(tail[at+16:]))
	end := size - int64(len(tail)) + int64(at)
	if begin == 0xffffffff { // where the real one is says a record before
		begin = end - int64(binary.LittleEndian.Uint32(tail[at+12:]))
	}
	switch {
	case begin > end || begin < 0:
		return CutShort
	case end-begin > directory:
		return Bomb
	}
	return ""
}

// family tells workbooks from what else is an archive.
func (w *workbook) family() Problem {
	for name := range w.parts {
		if path.Base(name) == "vbaproject.bin" {
			return Macros
		}
	}
	switch {
	case w.has(usualMain):
		return ""
	case w.has("EncryptedPackage"), w.has("xl/workbook.bin"):
		return OldWorkbook
	case w.has("META-INF/manifest.xml") && w.has("content.xml"):
		return w.openDocument()
	}
	if main := w.leadsTo("", "officeDocument"); w.has(main) && w.begins(main) == "workbook" {
		return ""
	}
	return OtherFile
}

// open opens a part, which ends in an error where it unpacks to more than it
// says or than a table can.
func (w *workbook) open(name string) (io.ReadCloser, error) {
	f, ok := w.parts[partKey(name)]
	if !ok {
		return nil, fmt.Errorf("sheet: %s is missing", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &bounded{r, max(int64(f.CompressedSize64)*bombRatio, bombFrom)}, nil
}

var errBomb = errors.New("sheet: unpacks to too much")

type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errBomb
	}
	return n, err
}

// index reads the list of sheets and returns the part of the one that is
// wanted.
func (w *workbook) index(want string) (string, Problem) {
	links := map[string]string{}
	err := w.links(w.main, func(l link) {
		if l.kind == "worksheet" || l.kind == "" { // not a chart that has a sheet of its own
			links[l.id] = l.target
		}
	})
	if err != nil {
		return "", CutShort
	}
	var chosen string
	err = w.each(w.main, func(s *scanner) {
		switch string(s.name) {
		case "workbookPr":
			v := string(s.attr("date1904"))
			w.early = v == "1" || v == "true"
		case "sheet":
			target := links[string(s.local("id"))]
			if target == "" {
				return
			}
			named := strings.EqualFold(string(appendUnescaped(nil, s.attr("name"))), want)
			state := string(s.attr("state"))
			hidden := state == "hidden" || state == "veryHidden"
			if named || chosen == "" && !hidden {
				chosen = target
			}
		}
	})
	if err != nil || chosen == "" {
		return "", CutShort
	}
	return chosen, ""
}

// each calls fn for every opening tag of a small part.
func (w *workbook) each(name string, fn func(*scanner)) error {
	r, err := w.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	s := newScanner(io.LimitReader(r, smallPart))
	for t := s.next(); t != noToken; t = s.next() {
		if t == openTag {
			fn(s)
		}
	}
	return s.err
}

// load reads the styles and the texts that cells share.
func (w *workbook) load() Problem {
	if part := cmp.Or(w.leadsTo(w.main, "styles"), "xl/styles.xml"); w.has(part) {
		if err := w.styles(part); err != nil {
			return CutShort
		}
	}
	part := cmp.Or(w.leadsTo(w.main, "sharedStrings"), "xl/sharedStrings.xml")
	if !w.has(part) {
		return ""
	}
	switch err := w.texts(part); {
	case errors.Is(err, errBomb):
		return Bomb
	case errors.Is(err, errRich):
		return TooRich
	case err != nil:
		return CutShort
	}
	return ""
}

func (w *workbook) styles(part string) error {
	custom := map[int]bool{}
	inCells := false
	return w.each(part, func(s *scanner) {
		switch string(s.name) {
		case "numFmt":
			id, _ := strconv.Atoi(string(s.attr("numFmtId")))
			custom[id] = dateFormat(string(appendUnescaped(nil, s.attr("formatCode"))))
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if inCells {
				id, _ := strconv.Atoi(string(s.attr("numFmtId")))
				w.dates = append(w.dates, custom[id] || builtInDate(id))
			}
		}
	})
}

var errRich = errors.New("sheet: too many different texts")

func (w *workbook) texts(part string) error {
	r, err := w.open(part)
	if err != nil {
		return err
	}
	defer r.Close()
	s := newScanner(r)
	var text []byte
	inText, phonetic := false, false
	for t := s.next(); t != noToken; t = s.next() {
		switch {
		case t == textToken:
			if inText && !phonetic {
				text = s.appendText(text)
			}
		case s.selfEnds:
			if string(s.name) == "si" {
				w.shared.add(nil)
			}
		default:
			switch string(s.name) {
			case "si":
				if t == openTag {
					text = text[:0]
				} else {
					w.shared.add(text)
				}
			case "t":
				inText = t == openTag
			case "rPh":
				phonetic = t == openTag
			}
		}
		if w.shared.size > sharedMost {
			return errRich
		}
		if len(text) > longestToken {
			return errToken
		}
	}
	w.shared.close()
	return s.err
}

// texts keeps many texts in a few allocations.
type texts struct {
	blocks []string
	open   []byte
	where  []uint64 // block, offset and length of each
	size   int
}

const textsBlock = 1 << 20

func (t *texts) add(text []byte) {
	if len(t.open)+len(text) > textsBlock {
		t.close()
	}
	if t.open == nil {
		t.open = make([]byte, 0, max(textsBlock, len(text)))
	}
	t.where = append(t.where, uint64(len(t.blocks))<<42|uint64(len(t.open))<<21|uint64(len(text)))
	t.open = append(t.open, text...)
	t.size += len(text) + 8
}

func (t *texts) close() {
	if len(t.open) > 0 {
		t.blocks = append(t.blocks, string(t.open))
		t.open = t.open[:0]
	}
}

// at returns the text numbered i.
func (t *texts) at(i int) (string, bool) {
	if i < 0 || i >= len(t.where) {
		return "", false
	}
	const mask = 1<<21 - 1
	w := t.where[i]
	from, n := w>>21&mask, w&mask
	if n == 0 {
		return "", true
	}
	return t.blocks[w>>42][from : from+n], true
}
