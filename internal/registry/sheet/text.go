// Package sheet reads the files that offices bring: tables saved as CSV by
// whatever spreadsheet is at hand, workbooks, and Parquet; and it writes
// them. It copes with what can be understood in one way only, and names
// everything else, so that nothing is guessed.
//
// A cell is text from the first byte: what looks like a number stays the
// digits that were written.
package sheet

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Problem says what is wrong with a file, a row or a cell, as the last part
// of a message key. It is empty when nothing is.
type Problem string

// What can be wrong with a whole file.
const (
	EmptyFile Problem = "empty_file"
	NotText   Problem = "not_text" // NUL bytes: UTF-16 without a mark, or no text at all
)

// nullsFew tells text with a stray NUL byte, of which the cell is then refused,
// from what is no text: UTF-16 has one in every two bytes.
const nullsFew = 100

const mark = "\ufeff"

// openText reads CSV. UTF-16 is converted where a mark says that it is
// UTF-16. Text in another encoding, such as Windows-1252, is read as it is:
// the cells that are not valid UTF-8 are then refused one by one, so that the
// row can be named. head is the beginning of the text.
func openText(r io.Reader, head []byte) (Rows, Problem, error) {
	if order := wideOrder(string(head)); order != nil {
		r, head = &wideReader{r: r, order: order}, fromUTF16(head, order)
	}
	marked := bytes.HasPrefix(head, []byte(mark))
	if marked {
		head = head[len(mark):]
	}
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return nil, EmptyFile, nil
	case bytes.Count(head, []byte{0}) > len(head)/nullsFew:
		return nil, NotText, nil
	}
	skip, delimiter := separatorLine(head)
	if skip == 0 {
		delimiter = Delimiter(string(head))
	}
	if marked {
		skip += len(mark)
	}
	if _, err := io.CopyN(io.Discard, r, int64(skip)); err != nil {
		return nil, "", err
	}
	return &textRows{splitter: newSplitter(r, delimiter), reader: &Reader{}}, "", nil
}

// Delimited returns a text without its first line where that is such as sep=;,
// and the delimiter of its columns.
func Delimited(text string) (rest string, delimiter byte) {
	const longest = 16 // bytes of such a line, and more
	if n, delimiter := separatorLine([]byte(text[:min(len(text), longest)])); n > 0 {
		return text[n:], delimiter
	}
	return text, Delimiter(text)
}

// separatorLine returns the length of a first line such as sep=; by which
// programs tell a spreadsheet the delimiter, and the delimiter that it names; 0
// where there is none. A spreadsheet does not show that line nor count it.
func separatorLine(text []byte) (length int, delimiter byte) {
	line, _, ended := bytes.Cut(text, []byte("\n"))
	said := bytes.Trim(bytes.TrimSuffix(line, []byte("\r")), `"`)
	const sep = "sep="
	if !ended || len(said) != len(sep)+1 || !strings.EqualFold(string(said[:len(sep)]), sep) || !strings.ContainsRune(",;\t|", rune(said[len(sep)])) {
		return 0, 0
	}
	return len(line) + 1, said[len(sep)]
}

// textRows reads the rows of a stream of text.
type textRows struct {
	splitter *splitter
	reader   *Reader // of the block at hand
}

func (t *textRows) Next(rec *Record) bool {
	for !t.reader.Next(rec) {
		b, ok := t.splitter.next()
		if !ok {
			return false
		}
		t.reader = b.Reader()
	}
	return true
}

func (t *textRows) Block() (Block, bool) {
	if r := t.reader; r.rest != "" {
		b := Block{Text: r.rest, Before: r.row, delimiter: r.delimiter, endless: r.endless}
		r.rest = ""
		return b, true
	}
	return t.splitter.next()
}

func (t *textRows) Err() error { return t.splitter.err }

func (t *textRows) Close() error { return nil }

// wideOrder returns the order of bytes of a text that begins with a mark of
// UTF-16; nil for all other texts.
func wideOrder(beginning string) binary.ByteOrder {
	switch {
	case strings.HasPrefix(beginning, "\xff\xfe"):
		return binary.LittleEndian
	case strings.HasPrefix(beginning, "\xfe\xff"):
		return binary.BigEndian
	}
	return nil
}

// Narrow returns a text as UTF-8, as it comes, where its beginning says that it
// is UTF-16; false where it does not. r begins with that beginning.
func Narrow(r io.Reader, beginning string) (io.Reader, bool) {
	order := wideOrder(beginning)
	return &wideReader{r: r, order: order}, order != nil
}

// wideReader turns UTF-16 into UTF-8.
type wideReader struct {
	r     io.Reader
	order binary.ByteOrder
	out   []byte // converted, not handed out yet
	room  []byte
	left  []byte // read, not converted yet
}

func (w *wideReader) Read(b []byte) (int, error) {
	for len(w.out) == 0 {
		if w.room == nil {
			w.room = make([]byte, 0, 3*wideBlock)
		}
		in := make([]byte, wideBlock)
		n := copy(in, w.left)
		more, err := io.ReadFull(w.r, in[n:])
		ended := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !ended {
			return 0, err
		}
		in = in[:n+more]
		keep := len(in) % 2
		if at := len(in) - keep - 2; !ended && at >= 0 && utf16.IsSurrogate(rune(w.order.Uint16(in[at:]))) {
			keep += 2 // its second half comes with the next block
		}
		w.left = in[len(in)-keep:]
		if ended {
			w.left = nil
		}
		w.out = appendUTF16(w.room[:0], in[:len(in)-keep], w.order)
		if ended && len(w.out) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(b, w.out)
	w.out = w.out[n:]
	return n, nil
}

const wideBlock = 64 << 10

func fromUTF16(data []byte, order binary.ByteOrder) []byte { return appendUTF16(nil, data, order) }

func appendUTF16(out, data []byte, order binary.ByteOrder) []byte {
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if i+3 < len(data) {
				low = rune(order.Uint16(data[i+2:]))
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// Delimiter returns which of comma, semicolon and tab parts the columns, by
// the first line: a spreadsheet set to Indonesian writes semicolons.
func Delimiter(text string) byte {
	var n [256]int
	quoted := false
	text = strings.TrimLeft(text, "\r\n")
	for i := range len(text) {
		c := text[i]
		if c == '"' {
			quoted = !quoted
		}
		if !quoted {
			if c == '\n' || c == '\r' {
				break
			}
			n[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t', '|'} {
		if n[c] > n[best] {
			best = c
		}
	}
	return best
}

// Workbook is what Text says of a workbook.
const Workbook Problem = "workbook"

// Text returns a file's content as one text, for readers of CSV alone; see
// Open for all others.
func Text(data []byte) (string, Problem) {
	s := string(data)
	switch {
	case strings.HasPrefix(s, "PK\x03\x04"), strings.HasPrefix(s, "\xd0\xcf\x11\xe0"):
		return "", Workbook
	case wideOrder(s) != nil:
		s = string(fromUTF16(data, wideOrder(s)))
	}
	s = strings.TrimPrefix(s, mark)
	switch {
	case strings.TrimSpace(s) == "":
		return "", EmptyFile
	case strings.IndexByte(s, 0) >= 0:
		return "", NotText
	}
	return s, ""
}
