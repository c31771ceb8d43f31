package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// What else can be wrong with a whole file.
const (
	OldWorkbook Problem = "old_workbook" // XLS, or a workbook with a password
	Macros      Problem = "macros"       // a workbook that brings programs along
	OpenBook    Problem = "open_book"    // an OpenDocument spreadsheet, which LibreOffice saves
	OtherFile   Problem = "other_file"   // a picture, a letter, an archive
	Bomb        Problem = "bomb"         // unpacks to far more than any table does
	CutShort    Problem = "cut_short"    // the end is missing, or the middle is damaged
	TooRich     Problem = "too_rich"     // more different texts than a workbook can hold and be read
	Nested      Problem = "nested"       // Parquet with lists or groups, which are no table
	Encrypted   Problem = "encrypted"    // Parquet of which some is read with a key alone
	Packed      Problem = "packed"       // Parquet that is packed in a way hardly any program still knows
)

// Kind says how a cell was stored. A CSV has only written cells.
type Kind uint8

// The kinds of cell.
const (
	Written  Kind = iota // text, as it was typed
	Figure               // a number, whose digits are all there
	Lost                 // a number of more digits than its format keeps
	Dated                // a day, which Fields has as 1990-08-17
	Unsolved             // a formula without a result
	Broken               // a formula that failed, such as #N/A
)

// Rows hands out the rows of one table, the heading first.
type Rows interface {
	// Next reads the next row that is not empty into rec, reusing its room.
	// It returns false at the end and when reading fails.
	Next(rec *Record) bool
	// Err returns why reading failed, which is not the file's fault.
	Err() error
	Close() error
}

// Open begins to read a file, whatever its name says it is: CSV of any usual
// kind, an XLSX workbook, or Parquet. Of a workbook it reads the sheet called
// want, or else the first one that can be seen. Memory does not grow with the
// size of the file, save for the different texts of a workbook.
func Open(r io.ReaderAt, size int64, want string) (Rows, Problem, error) {
	head := make([]byte, min(size, sniffed))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, "", fmt.Errorf("sheet: %w", err)
	}
	switch {
	case len(bytes.TrimSpace(head)) == 0 && size <= sniffed:
		return nil, EmptyFile, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return openWorkbook(r, size, want)
	case bytes.HasPrefix(head, []byte("PAR1")), bytes.HasPrefix(head, []byte("PARE")):
		return openParquet(r, size)
	}
	if problem := Foreign(string(head)); problem != "" {
		return nil, problem, nil
	}
	return openText(io.NewSectionReader(r, 0, size), head)
}

// sniffed is how much of a file's beginning is looked at.
const sniffed = 64 << 10

// IsWorkbook reports whether a file begins as a workbook does.
func IsWorkbook(r io.ReaderAt) bool { return begins(r, "PK\x03\x04") }

// IsOldWorkbook reports whether a file begins as one of the workbooks that
// Open refuses as OldWorkbook.
func IsOldWorkbook(r io.ReaderAt) bool { return begins(r, oldBook) }

func begins(r io.ReaderAt, sign string) bool {
	head := make([]byte, len(sign))
	n, _ := r.ReadAt(head, 0)
	return string(head[:n]) == sign
}

const oldBook = "\xd0\xcf\x11\xe0"

// Foreign recognises a file that holds no table by its beginning, or none that
// is read.
func Foreign(head string) Problem {
	if strings.HasPrefix(head, oldBook) {
		return OldWorkbook
	}
	for _, sign := range []string{"%PDF", "\xff\xd8\xff", "\x89PNG", "GIF8", "{\\rtf", "\x1f\x8b", "Rar!", "7z\xbc\xaf", "<!DOCTYPE", "<html", "\x7fELF", "MZ\x90"} {
		if strings.HasPrefix(head, sign) {
			return OtherFile
		}
	}
	return ""
}
