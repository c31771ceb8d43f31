package delivery

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
)

// Restored says what went out that this database does not know of, as it went
// back to a copy.
type Restored interface {
	// Gone returns the numbers of the lists that are said to have gone out of
	// an area since the copy; fault.Conflict while nobody has said.
	Gone(ctx context.Context, area string) ([]string, error)
}

// notPaidBefore refuses to pay a list of which it is not known that it did not
// go out before the database went back to a copy. A list that went out, and
// is not on record as sent, bars every list of its programme and period: who
// was on it nobody can tell here.
func (s *Service) notPaidBefore(ctx context.Context, l *PayList) error {
	if s.Restored == nil {
		return nil
	}
	gone, err := s.Restored.Gone(ctx, l.Area)
	if err != nil {
		return err
	}
	alike := strings.ToUpper(l.Programme) + "-" + l.Period.String() + "-"
	for _, number := range gone {
		if !strings.HasPrefix(number, alike) {
			continue
		}
		other, err := s.Store.ByNumber(access.With(ctx, access.System("restoration")), number)
		switch {
		case number == l.Number:
			return fault.Conflict("delivery.gone_out", "number", number)
		case fault.Is(err, fault.KindNotFound):
			return fault.Conflict("delivery.gone_unknown", "number", number)
		case err != nil:
			return err
		case other.Status != Sent && other.Status != Settled:
			return fault.Conflict("delivery.gone_unknown", "number", number)
		}
	}
	return nil
}

// barred returns why a list that waits to be released or sent would be refused
// as it may have gone out before; nil where it would not be.
func (s *Service) barred(ctx context.Context, l *PayList) (why, err error) {
	if l.Status != Checked && (l.Status != Released || !l.Means.ByFile()) {
		return nil, nil
	}
	if why = s.notPaidBefore(ctx, l); fault.Is(why, fault.KindConflict) {
		return why, nil
	}
	return nil, why
}

// GoneOut notes that a list's file went out before the database went back to a
// copy, as two people have said: a released list is *sent, outcome unknown*
// from now on, and an enquiry or a return file says what became of it. A list
// that is not there, or stands otherwise, is left as it is.
func (s *Service) GoneOut(ctx context.Context, number string) error {
	actor, ok := access.From(ctx)
	if !ok {
		return fault.Forbidden("core.error.forbidden")
	}
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		found, err := s.Store.ByNumber(ctx, number)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		l, err := s.Store.Lock(ctx, found.ID)
		if err != nil || l.Status != Released || !l.Means.ByFile() {
			return err
		}
		f, err := s.Store.File(ctx, l.ID)
		if err != nil {
			return err
		}
		if f.State == FileDue {
			if err := s.cutAgain(ctx, l, f); err != nil {
				return err
			}
		}
		f.State, f.HandingAt = FileHanding, s.now()
		f.Tries++
		return s.depart(ctx, actor, l, f)
	})
}

// cutAgain cuts a file that went out and was not cut yet when the copy was
// made: the same list has the same bytes.
func (s *Service) cutAgain(ctx context.Context, l *PayList, f *PaymentFile) error {
	name, b, sum, err := s.build(ctx, l.ID)
	if err != nil {
		return err
	}
	if (Sum{f.Lines, f.Total}) != sum {
		return fault.Conflict("delivery.changed_since", "number", l.Number)
	}
	f.State, f.Name, f.SHA256, f.CutAt = FileCut, name, sha256.Sum256(b), s.now()
	return errors.Join(s.put(name, b, func(string) {}), s.Store.SaveFile(ctx, f))
}
