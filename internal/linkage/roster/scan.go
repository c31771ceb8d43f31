package roster

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"gotong/internal/fault"
	"gotong/internal/registry/sheet"
)

// pieceBytes is how much of a file is read at a time.
const pieceBytes = 1 << 22

// scanner reads the rows of a CSV file piece by piece, so that memory does
// not grow with the file; those of a workbook or a Parquet file are read by
// package sheet.
type scanner struct {
	rows      sheet.Rows // of a file that is no text; else nil
	file      string     // its name, for messages
	in        io.Reader
	ended     bool // nothing more to read from in
	delimiter byte
	reader    *sheet.Reader
	before    int  // rows of the pieces before
	last      int  // row handed out last
	strange   bool // the piece is not all UTF-8
}

// newScanner returns a scanner of a file. It returns fault.Invalid for a file
// that is empty, or neither text nor a table that package sheet reads.
func newScanner(file string, in io.Reader) (*scanner, error) {
	s := &scanner{file: file, in: in}
	piece, err := s.piece(0)
	if err != nil {
		return nil, err
	}
	if packed(piece) {
		return s, s.unpack(piece)
	}
	if problem := sheet.Foreign(piece); problem != "" {
		return nil, s.refuse(string(problem), 0)
	}
	if narrow, wide := sheet.Narrow(io.MultiReader(strings.NewReader(piece), in), piece); wide {
		s.in, s.ended = narrow, false
		if piece, err = s.piece(0); err != nil {
			return nil, err
		}
	}
	text := strings.TrimLeft(piece, "\ufeff") // programs that convert a file may put a mark before its own
	if s.ended && strings.TrimSpace(text) == "" {
		return nil, s.refuse(string(sheet.EmptyFile), 0)
	}
	text, s.delimiter = sheet.Delimited(text)
	return s, s.begin(text)
}

// packed reports whether a file that begins so is a workbook or Parquet.
func packed(beginning string) bool {
	return strings.HasPrefix(beginning, "PK\x03\x04") || strings.HasPrefix(beginning, "PAR1") || strings.HasPrefix(beginning, "PARE")
}

// placed is what can be read anywhere: a file where it lies.
type placed interface {
	io.ReaderAt
	Size() int64
}

// unpack begins to read a file that is no text: from where it lies, or from
// memory where it comes from elsewhere.
func (s *scanner) unpack(piece string) error {
	at, ok := s.in.(placed)
	if !ok {
		rest, err := io.ReadAll(s.in)
		if err != nil {
			return s.unread(err)
		}
		at = bytes.NewReader(append([]byte(piece), rest...))
	}
	rows, problem, err := sheet.Open(at, at.Size(), "")
	switch {
	case err != nil:
		return s.unread(err)
	case problem != "":
		return s.refuse(string(problem), 0)
	}
	s.rows = rows
	return nil
}

// nextPacked is next of a file that is no text.
func (s *scanner) nextPacked(rec *sheet.Record) (bool, error) {
	for s.rows.Next(rec) {
		if rec.Problem != "" {
			return false, s.refuse(string(rec.Problem), rec.Row)
		}
		for i := range rec.Fields {
			if k := rec.Kind(i); k == sheet.Unsolved || k == sheet.Broken {
				rec.Fields[i] = ""
			}
		}
		if !blank(rec.Fields) {
			return true, nil
		}
	}
	return false, errors.Join(s.rows.Err(), s.rows.Close())
}

// piece reads on; the more is left of the piece before, the more.
func (s *scanner) piece(left int) (string, error) {
	buf := make([]byte, max(pieceBytes, left))
	n, err := io.ReadFull(s.in, buf)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		s.ended = true
	case err != nil:
		return "", s.unread(err)
	}
	return string(buf[:n]), nil
}

func (s *scanner) begin(text string) error {
	if strings.IndexByte(text, 0) >= 0 {
		return s.refuse(string(sheet.NotText), 0)
	}
	s.strange = !utf8.ValidString(text)
	s.reader = sheet.NewReader(text, s.delimiter)
	s.before = s.last
	return nil
}

// next reads the next row that is not blank into rec; it returns false at the
// end. A row that reaches the end of its piece may go on in the next one, so
// it is read anew with that.
//
// It returns fault.Invalid for a row whose quotation marks are wrong and for
// one that is not UTF-8.
func (s *scanner) next(rec *sheet.Record) (bool, error) {
	if s.rows != nil {
		return s.nextPacked(rec)
	}
	for {
		left := s.reader.Rest()
		ok := s.reader.Next(rec)
		if s.reader.Rest() == "" && !s.ended {
			more, err := s.piece(len(left))
			if err != nil {
				return false, err
			}
			if err := s.begin(left + more); err != nil {
				return false, err
			}
			continue
		}
		if !ok {
			return false, nil
		}
		rec.Row += s.before
		s.last = rec.Row
		if blank(rec.Fields) {
			continue
		}
		return true, s.check(rec)
	}
}

func (s *scanner) check(rec *sheet.Record) error {
	if rec.Problem != "" {
		return s.refuse(string(rec.Problem), rec.Row)
	}
	if s.strange && slices.ContainsFunc(rec.Fields, func(cell string) bool { return !utf8.ValidString(cell) }) {
		return s.refuse("encoding", rec.Row)
	}
	return nil
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

func (s *scanner) refuse(problem string, row int) error {
	return fault.Invalid("linkage.list.file."+problem, "file", s.file, "row", row)
}

func (s *scanner) unread(err error) error {
	return fault.Invalid("linkage.list.file.unreadable", "file", s.file).Because(err)
}
