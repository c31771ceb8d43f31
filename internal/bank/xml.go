package bank

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/money"
)

// xmlSpace is the beginning of the namespaces of ISO 20022.
const xmlSpace = "urn:iso:std:iso:20022:tech:xsd:"

const (
	deepest    = 32      // elements within elements
	longestXML = 1 << 20 // bytes of one tag or text
)

var (
	errXMLLong     = errors.New("a tag or text is too long")
	errXMLEncoding = errors.New("not UTF-8")
)

// element is one element that has ended.
type element struct {
	Path     string // below the document's root, parted by "/"
	Text     string // without the spaces around
	Currency string // attribute Ccy
}

// xmlReader walks through an XML file element by element and keeps nothing
// but the path to where it stands, so that a file may be of any length.
// Whatever could make a small file grow is refused: document types (and with
// them entities), depth, and endless texts.
type xmlReader struct {
	decoder *xml.Decoder
	allow   *allowance
	path    []byte
	paths   map[string]string
	names   []int // where each name of path begins
	text    []byte
	money   string
	foreign int // depth within elements of another namespace
	space   string
}

// allowance ends a stream that gives too much before the next token.
type allowance struct {
	from io.Reader
	left int
}

func (a *allowance) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, errXMLLong
	}
	n, err := a.from.Read(p[:min(len(p), a.left)])
	a.left -= n
	return n, err
}

func newXMLReader(from io.Reader) *xmlReader {
	x := &xmlReader{allow: &allowance{from: from, left: longestXML}, paths: map[string]string{}}
	x.decoder = xml.NewDecoder(bufio.NewReader(x.allow))
	x.decoder.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errXMLEncoding }
	return x
}

// line is where in the file the reader stands.
func (x *xmlReader) line() int {
	line, _ := x.decoder.InputPos()
	return line
}

// read walks through the file, whose message must be one of accepts. begin is
// told the path of each element that begins, end each that ends.
func (x *xmlReader) read(accepts []string, begin func(path string) error, end func(element) error) error {
	ended := false
	for {
		x.allow.left = longestXML
		token, err := x.decoder.Token()
		if errors.Is(err, io.EOF) && ended {
			return nil
		}
		if err != nil {
			return x.broken(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return fault.Invalid("bank.xml.doctype", "line", x.line())
		case xml.StartElement:
			if ended {
				return fault.Invalid("bank.xml.after", "line", x.line())
			}
			err = x.start(t, accepts, begin)
		case xml.CharData:
			if x.text = append(x.text, t...); len(x.text) > longestXML {
				err = x.broken(errXMLLong)
			}
			if ended && len(bytes.TrimSpace(t)) > 0 {
				err = fault.Invalid("bank.xml.after", "line", x.line())
			}
		case xml.EndElement:
			err = x.end(end)
			ended = len(x.names) == 0
		}
		if err != nil {
			return err
		}
	}
}

func (x *xmlReader) start(t xml.StartElement, accepts []string, begin func(string) error) error {
	switch {
	case len(x.names) == 0:
		if err := x.root(t.Name, accepts); err != nil {
			return err
		}
	case len(x.names) == deepest:
		return fault.Invalid("bank.xml.deep", "line", x.line())
	case x.foreign > 0 || t.Name.Space != x.space:
		x.foreign++
	}
	x.names = append(x.names, len(x.path))
	if len(x.names) > 2 {
		x.path = append(x.path, '/')
	}
	if len(x.names) > 1 {
		x.path = append(x.path, t.Name.Local...)
	}
	x.text, x.money = x.text[:0], ""
	for _, a := range t.Attr {
		if a.Name.Local == "Ccy" {
			x.money = a.Value
		}
	}
	if x.foreign > 0 {
		return nil
	}
	return begin(x.here())
}

func (x *xmlReader) root(name xml.Name, accepts []string) error {
	x.space = name.Space
	message, iso := strings.CutPrefix(name.Space, xmlSpace)
	if name.Local != "Document" || !iso {
		return fault.Invalid("bank.xml.foreign", "line", x.line(), "value", shown(name.Space+" "+name.Local))
	}
	if !slices.Contains(accepts, message) {
		return fault.Invalid("bank.xml.version", "line", x.line(), "value", shown(message), "want", strings.Join(accepts, ", "))
	}
	return nil
}

// here returns the path to where the reader stands. A file has few paths, so
// each is made once.
func (x *xmlReader) here() string {
	if p, ok := x.paths[string(x.path)]; ok {
		return p
	}
	p := string(x.path)
	const enough = 1000
	if len(x.paths) < enough {
		x.paths[p] = p
	}
	return p
}

func (x *xmlReader) end(end func(element) error) error {
	at := x.names[len(x.names)-1]
	e := element{Path: x.here(), Text: string(bytes.TrimSpace(x.text)), Currency: x.money}
	x.names, x.path = x.names[:len(x.names)-1], x.path[:at]
	x.text, x.money = x.text[:0], ""
	if x.foreign > 0 {
		x.foreign--
		return nil
	}
	return end(e)
}

// broken says what is wrong with a file that is no XML. A stream that failed
// is not the file's fault.
func (x *xmlReader) broken(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errXMLLong):
		return fault.Invalid("bank.xml.long", "line", x.line()).Because(err)
	case errors.Is(err, errXMLEncoding), errors.As(err, &syntax) && strings.Contains(syntax.Msg, "UTF-8"):
		return fault.Invalid("bank.file.encoding", "line", x.line()).Because(err)
	case errors.As(err, &syntax) && strings.Contains(syntax.Msg, "EOF"), errors.Is(err, io.EOF):
		return fault.Invalid("bank.xml.truncated", "line", x.line()).Because(err)
	case errors.As(err, &syntax), strings.HasPrefix(err.Error(), "xml: "):
		return fault.Invalid("bank.xml.malformed", "line", x.line()).Because(err)
	default:
		return fmt.Errorf("bank: %w", err)
	}
}

// amount reads an amount of whole rupiah: "600000" or "600000.00".
func (x *xmlReader) amount(text string) (money.Rupiah, error) {
	return wholeRupiah(x.line(), text, '.')
}

func (x *xmlReader) currency(c string) error {
	if c != Currency {
		return fault.Invalid("bank.file.currency", "line", x.line(), "value", shown(c))
	}
	return nil
}

// wholeRupiah reads digits that may be followed by point and noughts.
func wholeRupiah(line int, text string, point byte) (money.Rupiah, error) {
	digits, cents := text, ""
	if i := strings.IndexByte(text, point); i >= 0 {
		digits, cents = text[:i], text[i+1:]
	}
	a, err := money.Parse(digits)
	if err != nil || digits == "" || strings.Trim(digits, "0123456789") != "" || strings.Trim(cents, "0") != "" || a > most {
		return 0, fault.Invalid("bank.file.amount", "line", line, "value", shown(text))
	}
	return a, nil
}

// isoTime reads a date, or a date and time.
func (x *xmlReader) isoTime(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02", "2006-01-02Z07:00"} {
		if at, err := time.ParseInLocation(layout, text, civil.WIB); err == nil && at.Year() >= 2000 && at.Year() <= 9000 {
			return at.UTC().Truncate(time.Millisecond), nil
		}
	}
	return time.Time{}, fault.Invalid("bank.file.time", "line", x.line(), "value", shown(text))
}

// shown is a file's own word in a sentence about it: short, and harmless.
func shown(s string) string {
	const enough = 60
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > enough {
		return string(r[:enough]) + "…"
	}
	return s
}

// looksXML reports whether a file is XML whose beginning names a message.
func looksXML(file []byte, message string) bool {
	const enough = 4096
	head := bytes.TrimPrefix(file[:min(len(file), enough)], []byte("\ufeff"))
	return bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("<")) && bytes.Contains(head, []byte(message))
}
