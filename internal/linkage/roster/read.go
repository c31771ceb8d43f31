package roster

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"gotong/internal/civil"
	"gotong/internal/linkage"
	"gotong/internal/registry/sheet"
)

// List is a list that was read.
type List struct {
	File    string `json:"file"` // without its folder
	Records int    `json:"records"`
	// Unread counts the cells that could not be read, by role: days that are
	// no days, sexes in no known word. They are not compared.
	Unread map[Role]int `json:"unread,omitempty"`
	// NoDays counts the birth dates that are no days of any month, such as 31
	// February: slips of the hand, which are compared digit by digit.
	NoDays int `json:"no_days,omitempty"`

	names names
}

// Source is a file to be read, by its mapping.
type Source struct {
	Path    string
	In      io.Reader // read in place of the file, which is then but a name, unless nil
	Mapping Mapping
	Number  uint8 // of the list, where there are several
	Years   bool  // no more than the year or the age may be known of a birth date, or digits that are no day
	// Seen is called with every entry that was read; it may be nil.
	Seen func(Entry)
}

// Entry is a row as it was read.
type Entry struct {
	Row    int
	Record linkage.Record
	On     *civil.Date // the day of what the list tells of the person
}

// Read adds the records of a file to set. Days of two digits of a year are
// taken to be not after today.
//
// It returns fault.Invalid, with file and row, for what would make the answer
// wrong: a column that is not there, there twice or compared twice, a row that cannot be
// taken apart, an id that is missing or on two rows.
func Read(ctx context.Context, src Source, set *linkage.Set, today civil.Date) (*List, error) {
	in, err := src.open(ctx)
	if err != nil {
		return nil, err
	}
	list, err := read(ctx, in, src, set, today)
	return list, errors.Join(err, in.Close())
}

// ReadFrom is Read for a list that is not a file of its own; the source's path
// is what it is called. What can be read anywhere is read where it lies. Without
// a set the list is read to its end all the same.
func ReadFrom(ctx context.Context, in io.Reader, src Source, set *linkage.Set, today civil.Date) (*List, error) {
	return read(ctx, in, src, set, today)
}

// Heading holds a mapping against the heading of a list. Its errors are
// Read's.
func Heading(file string, in io.Reader, m Mapping) error {
	s, err := newScanner(filepath.Base(file), in)
	if err != nil {
		return err
	}
	var rec sheet.Record
	if _, err := s.next(&rec); err != nil {
		return err
	}
	_, err = bind(filepath.Base(file), rec.Fields, m)
	return err
}

func read(ctx context.Context, in io.Reader, src Source, set *linkage.Set, today civil.Date) (*List, error) {
	r := &reader{list: &List{File: filepath.Base(src.Path), Unread: map[Role]int{}, names: names{number: src.Number}}, number: src.Number, set: set, today: today, seen: src.Seen, years: src.Years}
	s, err := newScanner(r.list.File, in)
	if err != nil {
		return nil, err
	}
	var rec sheet.Record
	if _, err := s.next(&rec); err != nil {
		return nil, err
	}
	if r.columns, err = bind(r.list.File, rec.Fields, src.Mapping); err != nil {
		return nil, err
	}
	for {
		more, err := s.next(&rec)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if err := r.take(&rec); err != nil {
			return nil, err
		}
		if r.list.Records&1023 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if err := r.settle(); err != nil {
		return nil, err
	}
	return r.list, r.list.names.seal(r.list.File)
}
