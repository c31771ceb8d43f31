package db

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"gotong/internal/ident"
)

// found are rows that were copied.
type found struct {
	packed
	width int
	cell  int // of the row at hand, the first
	byte  int
	ahead bool
	row   Scanner // scan
}

var founds = sync.Pool{New: func() any {
	f := &found{}
	f.row = f.scan
	return f
}}

// each calls row for each row.
func (f *found) each(row func(scan Scanner) error) error {
	for f.next() {
		if err := row(f.row); err != nil {
			return err
		}
	}
	return nil
}

func (f *found) reset() {
	f.packed.reset()
	f.cell, f.byte, f.ahead = 0, 0, false
}

// begin makes ready for rows of so many columns.
func (f *found) begin(width int) {
	f.reset()
	f.width = width
}

// columns sets the bytes of each column of the row at hand.
func (f *found) columns(into [][]byte) {
	at := f.byte
	for i, c := range f.cells[f.cell : f.cell+f.width] {
		into[i] = f.bytes[at : at+int(c.n) : at+int(c.n)]
		at += int(c.n)
	}
}

func (f *found) bytesAt(kind cellKind, at uintptr, n int32) {
	f.put(kind, int64(n))
	if n > 0 {
		f.bytes = append(f.bytes, unsafe.Slice((*byte)(outside(at)), n)...)
	}
}

// next goes to the next row.
func (f *found) next() bool {
	if f.ahead {
		for _, c := range f.cells[f.cell : f.cell+f.width] {
			if c.kind == cellText || c.kind == cellBlob {
				f.byte += int(c.n)
			}
		}
		f.cell += f.width
	}
	f.ahead = true
	return f.width > 0 && f.cell < len(f.cells)
}

// scan copies the row at hand.
func (f *found) scan(into ...any) error {
	if len(into) != f.width {
		return fmt.Errorf("db: %d places for %d columns", len(into), f.width)
	}
	at := f.byte
	for i, c := range f.cells[f.cell : f.cell+f.width] {
		var bytes []byte
		if c.kind == cellText || c.kind == cellBlob {
			bytes = f.bytes[at : at+int(c.n) : at+int(c.n)]
			at += int(c.n)
		}
		if err := c.into(into[i], bytes); err != nil {
			return fmt.Errorf("db: column %d: %w", i+1, err)
		}
	}
	return nil
}

var errKind = errors.New("the value is of another kind")

// into stores a cell where a row is scanned to.
func (c cell) into(place any, bytes []byte) error {
	text := c.kind == cellText || c.kind == cellBlob
	switch p := place.(type) {
	case *ident.ID:
		if c.kind == cellBlob && len(bytes) == len(p) {
			copy(p[:], bytes)
			return nil
		}
		return p.Scan(c.value(bytes))
	case *sql.RawBytes:
		if c.kind == cellInt {
			return errKind
		}
		*p = bytes
		return nil
	case *[]byte:
		if c.kind == cellInt {
			return errKind
		}
		*p = nil
		if text {
			*p = append(make([]byte, 0, len(bytes)), bytes...)
		}
		return nil
	case sql.Scanner:
		return p.Scan(c.value(bytes))
	}
	switch p := place.(type) {
	case *string:
		if !text {
			return errKind
		}
		*p = string(bytes)
	case *int64:
		if c.kind != cellInt {
			return errKind
		}
		*p = c.n
	case *int:
		if c.kind != cellInt {
			return errKind
		}
		*p = int(c.n)
	case *bool:
		if c.kind != cellInt || c.n != 0 && c.n != 1 {
			return errKind
		}
		*p = c.n == 1
	default:
		return c.intoKind(place, bytes)
	}
	return nil
}

// intoKind stores a cell in a type that is made of one of the simple ones.
func (c cell) intoKind(place any, bytes []byte) error {
	v := reflect.ValueOf(place)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("nothing is scanned into a %T", place)
	}
	switch v = v.Elem(); {
	case v.Kind() == reflect.String && (c.kind == cellText || c.kind == cellBlob):
		v.SetString(string(bytes))
	case v.CanInt() && c.kind == cellInt && !v.OverflowInt(c.n):
		v.SetInt(c.n)
	case v.CanUint() && c.kind == cellInt && c.n >= 0 && !v.OverflowUint(uint64(c.n)):
		v.SetUint(uint64(c.n))
	case v.Kind() == reflect.Bool && c.kind == cellInt && (c.n == 0 || c.n == 1):
		v.SetBool(c.n == 1)
	default:
		return errKind
	}
	return nil
}

// value is a cell as a driver would give it.
func (c cell) value(bytes []byte) any {
	switch c.kind {
	case cellInt:
		return c.n
	case cellText:
		return string(bytes)
	case cellBlob:
		return append(make([]byte, 0, len(bytes)), bytes...)
	}
	return nil
}
