package generator

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// table is a CSV file being written, buffered by hand: the encoder of the
// standard library wants a slice of strings a row, and a nation has 289
// million rows.
type table struct {
	file *os.File
	buf  []byte
	line int64 // of the row last ended, the heading being line 1
	open bool  // a cell of this row has been written
}

const tableBuffer = 1 << 18

func createTable(dir, name, heading string) (*table, error) {
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("generator: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("generator: %w", err)
	}
	t := &table{file: f, buf: make([]byte, 0, tableBuffer+1<<14)}
	t.buf = append(t.buf, heading...)
	return t, t.end()
}

// text adds a cell, in quotes where it needs them.
func (t *table) text(s string) {
	t.comma()
	t.buf = appendCell(t.buf, s)
}

func appendCell(b []byte, s string) []byte {
	plain := true
	for i := range len(s) {
		if c := s[i]; c == ',' || c == '"' || c == '\n' || c == '\r' {
			plain = false
			break
		}
	}
	if plain {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, bytes.ReplaceAll([]byte(s), []byte(`"`), []byte(`""`))...)
	return append(b, '"')
}

// number adds a cell.
func (t *table) number(n int64) {
	t.comma()
	t.buf = strconv.AppendInt(t.buf, n, 10)
}

func (t *table) comma() {
	if t.open {
		t.buf = append(t.buf, ',')
	}
	t.open = true
}

// end ends the row.
func (t *table) end() error {
	t.buf = append(t.buf, '\n')
	t.line++
	t.open = false
	if len(t.buf) < tableBuffer {
		return nil
	}
	return t.flush()
}

func (t *table) flush() error {
	_, err := t.file.Write(t.buf)
	t.buf = t.buf[:0]
	if err != nil {
		return fmt.Errorf("generator: %w", err)
	}
	return nil
}

func (t *table) close() error {
	err := t.flush()
	if e := t.file.Close(); err == nil && e != nil {
		err = fmt.Errorf("generator: %w", e)
	}
	return err
}
