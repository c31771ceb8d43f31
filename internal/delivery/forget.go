package delivery

import (
	"context"
	"encoding/hex"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/seal"
)

// Gone are those whom an erasure takes away: all of a family, or some persons
// of it.
type Gone struct {
	Family  ident.ID
	Whole   bool
	Persons []ident.ID
}

// Named is what the records of payments hold of somebody beside amounts, days
// and hands.
type Named struct {
	Lines    int      // of pay lists that name them
	Routes   int      // by which somebody received for the family
	Sealed   [][]byte // account numbers
	Pictures []string // SHA-256, hex, of what payers of the post office showed
	Files    []ManyFile
}

// ManyFile is an order or return file that names the payees of a whole list.
type ManyFile struct {
	Name string
	On   civil.Date // when it was handed over, or came
}

// Forgotten is what an erasure did to the records of payments.
type Forgotten struct {
	Lines, Routes, Pictures int
	Files                   int // destroyed, as the time of all their payments is over
	Kept                    int // files that stay sealed for the time of others
	Until                   civil.Date
	Sealed                  [][]byte // whose keys are to be destroyed
}

// Forget blanks who was paid, in the transaction of an erasure. Amounts, days
// and hands stay: they are the state's account of its money. A file that names
// a whole list goes when until, given the day of the file, is over by today.
func (s *Service) Forget(ctx context.Context, g Gone, today civil.Date, until func(civil.Date) civil.Date) (Forgotten, error) {
	n, err := s.Store.Forget(ctx, g)
	if err != nil {
		return Forgotten{}, err
	}
	f := Forgotten{Lines: n.Lines, Routes: n.Routes, Pictures: len(n.Pictures), Sealed: n.Sealed}
	for _, sum := range n.Pictures {
		if _, err := f.take(s.Outbox, pictureName(sum)); err != nil {
			return f, err
		}
	}
	for _, file := range n.Files {
		if end := until(file.On); end > today {
			if _, err := s.Outbox.Read(file.Name + sealed); err == nil {
				f.Kept, f.Until = f.Kept+1, max(f.Until, end)
			}
			continue
		}
		there, err := f.take(s.Outbox, file.Name)
		if err != nil {
			return f, err
		}
		if there {
			f.Files++
		}
	}
	return f, nil
}

// take notes the key of a file of the outbox. One that is gone has none.
func (f *Forgotten) take(from Outbox, name string) (bool, error) {
	b, err := from.Read(name + sealed)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	if err == nil {
		f.Sealed = append(f.Sealed, b)
	}
	return err == nil, err
}

// ReturnName is what a return file with a SHA-256 is kept under.
func ReturnName(sum []byte) string { return "kembali-" + hex.EncodeToString(sum) + ".csv" }

// destroyed says in the user's words that a file does not open as its key was
// destroyed.
func destroyed(name string, err error) error {
	if seal.IsShredded(err) {
		return fault.Conflict("delivery.file_destroyed", "name", name).Because(err)
	}
	return fault.NotFound("delivery.file_missing", "name", name).Because(err)
}
