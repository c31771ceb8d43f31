package sheet

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner splits the XML of a workbook's parts. It knows what occurs there
// and refuses document types, which bring entities. A general parser takes
// ten times as long.
type scanner struct {
	r        io.Reader
	buf      []byte
	at, end  int
	ended    bool
	err      error
	name     []byte // of the tag, without prefix
	attrs    []byte
	text     []byte // raw text, with entities unless it is literal
	literal  bool   // the text is CDATA
	selfEnds bool
}

// longestToken bounds a tag or a text: a cell holds 32,767 characters.
const longestToken = 1 << 20

var errToken = errors.New("sheet: XML that no spreadsheet writes")

type token uint8

const (
	noToken token = iota // the end, or an error
	openTag
	closeTag
	textToken
)

func newScanner(r io.Reader) *scanner { return &scanner{r: r, buf: make([]byte, 64<<10)} }

// fill reads more behind what is left and reports whether there was any.
func (s *scanner) fill() bool {
	if s.ended || s.err != nil {
		return false
	}
	if s.at > 0 {
		copy(s.buf, s.buf[s.at:s.end])
		s.end -= s.at
		s.at = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= longestToken {
			s.err = errToken
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.ended = true
		} else if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
}

// find returns how far away sign is, reading on until it is there; -1 when it
// never is.
func (s *scanner) find(from int, sign string) int {
	for {
		if i := bytes.Index(s.buf[s.at+from:s.end], []byte(sign)); i >= 0 {
			return from + i
		}
		from = max(from, s.end-s.at-len(sign)+1)
		if !s.fill() {
			return -1
		}
	}
}

func (s *scanner) cut(n int) []byte {
	b := s.buf[s.at : s.at+n]
	s.at += n
	return b
}

// next reads a token. What it sets holds until the next call.
func (s *scanner) next() token {
	for {
		if s.at == s.end && !s.fill() {
			return noToken
		}
		if s.buf[s.at] != '<' {
			n := s.find(0, "<")
			if n < 0 {
				return noToken // blanks behind the last tag, or cut short
			}
			s.text, s.literal = s.cut(n), false
			return textToken
		}
		for s.end-s.at < 9 && s.fill() {
		}
		rest := s.buf[s.at:s.end]
		switch {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			n := s.find(9, "]]>")
			if n < 0 {
				return s.broken()
			}
			s.text, s.literal = s.cut(n + 3)[9:n], true
			return textToken
		case bytes.HasPrefix(rest, []byte("<!--")):
			if n := s.find(4, "-->"); n < 0 {
				return s.broken()
			} else {
				s.at += n + 3
			}
		case bytes.HasPrefix(rest, []byte("<?")):
			if n := s.find(2, "?>"); n < 0 {
				return s.broken()
			} else {
				s.at += n + 2
			}
		case bytes.HasPrefix(rest, []byte("<!")):
			return s.broken()
		default:
			return s.tag()
		}
	}
}

func (s *scanner) broken() token {
	if s.err == nil {
		s.err = errToken
	}
	return noToken
}

func (s *scanner) tag() token {
	n := s.tagEnd()
	if n < 0 {
		return s.broken()
	}
	inner := s.cut(n + 1)[1:n]
	kind := openTag
	if len(inner) > 0 && inner[0] == '/' {
		kind, inner = closeTag, inner[1:]
	}
	s.selfEnds = len(inner) > 0 && inner[len(inner)-1] == '/'
	if s.selfEnds {
		inner = inner[:len(inner)-1]
	}
	s.name, s.attrs = inner, nil
	if i := bytes.IndexAny(inner, " \t\r\n"); i >= 0 {
		s.name, s.attrs = inner[:i], inner[i+1:]
	}
	if i := bytes.IndexByte(s.name, ':'); i >= 0 {
		s.name = s.name[i+1:]
	}
	return kind
}

// tagEnd finds the > that ends a tag, which is not one within quotes.
func (s *scanner) tagEnd() int {
	from := 1
	for {
		n := s.find(from, ">")
		if n < 0 {
			return -1
		}
		inner := s.buf[s.at : s.at+n]
		if bytes.Count(inner, []byte{'"'})%2 == 0 {
			return n
		}
		from = n + 1
	}
}

// attr returns the value of an attribute of the tag, "" when it is not there.
func (s *scanner) attr(name string) []byte {
	for rest := s.attrs; len(rest) > 0; {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 || eq+1 >= len(rest) {
			return nil
		}
		key := bytes.TrimRight(rest[:eq], " ")
		rest = bytes.TrimLeft(rest[eq+1:], " ")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return nil
		}
		if string(key) == name {
			return rest[1 : end+1]
		}
		rest = rest[end+2:]
	}
	return nil
}

// local returns an attribute whatever its prefix is.
func (s *scanner) local(name string) []byte {
	if v := s.attr(name); v != nil {
		return v
	}
	return s.attr("r:" + name)
}

// appendText appends the token's text to b, with its entities resolved.
func (s *scanner) appendText(b []byte) []byte {
	if s.literal || bytes.IndexByte(s.text, '&') < 0 {
		return append(b, s.text...)
	}
	return appendUnescaped(b, s.text)
}

func appendUnescaped(b, text []byte) []byte {
	for len(text) > 0 {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(b, text...)
		}
		b = append(b, text[:i]...)
		text = text[i:]
		end := bytes.IndexByte(text, ';')
		if end < 0 || end > 10 {
			b, text = append(b, '&'), text[1:]
			continue
		}
		if r, ok := entity(string(text[1:end])); ok {
			b, text = utf8.AppendRune(b, r), text[end+1:]
		} else {
			b, text = append(b, '&'), text[1:]
		}
	}
	return b
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	base, digits := 10, strings.TrimPrefix(name, "#")
	if digits == name {
		return 0, false
	}
	if hex := strings.TrimLeft(digits, "xX"); hex != digits {
		base, digits = 16, hex
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}
