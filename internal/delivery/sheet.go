package delivery

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Sheets divides what the post office pays of a released list among its
// payers: village by village, so many families a payer and day as the rule of
// the day of release says. The same list is always divided alike. It needs
// access.Export and access.SeeMoney.
func (s *Service) Sheets(ctx context.Context, id ident.ID) ([]bank.Sheet, error) {
	if _, err := access.Require(ctx, access.Export); err != nil {
		return nil, err
	}
	return s.sheets(ctx, id, access.SeeMoney)
}

// Invited is Sheets for the letters to those who stand on them. It needs
// access.MakePayment.
func (s *Service) Invited(ctx context.Context, id ident.ID) ([]bank.Sheet, error) {
	return s.sheets(ctx, id, access.MakePayment)
}

func (s *Service) sheets(ctx context.Context, id ident.ID, p access.Permission) ([]bank.Sheet, error) {
	var all []bank.Sheet
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		l, err := s.see(ctx, p, id)
		if err != nil {
			return err
		}
		if l.Means != Post {
			return fault.Invalid("delivery.not_by_post", "number", l.Number)
		}
		if err := l.expect(Released, Sent, Settled); err != nil {
			return err
		}
		lines := int64(0)
		if all, lines, err = s.divide(ctx, l); err != nil {
			return err
		}
		return s.read(ctx, l, "payment.sheets", lines, "holder", "amount")
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: sheets: %w", err)
	}
	return all, nil
}

func (s *Service) divide(ctx context.Context, l *PayList) ([]bank.Sheet, int64, error) {
	type place struct {
		area string
		line bank.SheetLine
	}
	var lines []place
	err := s.Store.Lines(ctx, l.ID, "", func(i *Instruction) error {
		switch i.Status {
		case Planned, Held, Cancelled, Dropped:
			return nil // not to be paid
		}
		lines = append(lines, place{i.Area, bank.SheetLine{Reference: Reference(l.Number, i.LineNo), Name: i.Holder, Amount: i.Amount}})
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(lines, func(a, b place) int { return bytes.Compare([]byte(a.area), []byte(b.area)) })
	released := civil.OfTime(l.Released.At)
	rule := s.Files.On(released).Post
	var all []bank.Sheet
	for _, x := range lines {
		last := len(all) - 1
		if last < 0 || all[last].Place != x.area || len(all[last].Lines) >= max(rule.Days.Families, 1) {
			all = append(all, bank.Sheet{Batch: l.Number, No: len(all) + 1, Place: x.area})
			last++
		}
		all[last].Lines = append(all[last].Lines, x.line)
	}
	days := map[string]civil.Date{} // by village, the last day that is taken
	for i := range all {
		day, again := days[all[i].Place]
		if day++; !again {
			day = released.AddDays(rule.Lead)
		}
		all[i].Day = workday(day, rule.Days.Off)
		days[all[i].Place] = all[i].Day
	}
	return all, int64(len(lines)), nil
}

// workday returns the first day from a day on that is none of those off.
func workday(d civil.Date, off []int) civil.Date {
	for range int(time.Saturday) + 1 {
		if !slices.Contains(off, int(d.Time().Weekday())) {
			break
		}
		d++
	}
	return d
}

// SheetPackages returns the sheets of a list as packages to be filled in
// without signal, in one ZIP: the same bytes each time. name gives a village
// its name.
func (s *Service) SheetPackages(ctx context.Context, id ident.ID, name func(area string) string) (string, []byte, error) {
	all, err := s.Sheets(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if len(all) == 0 {
		return "", nil, fault.Conflict("delivery.no_sheets")
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := range all {
		area := all[i].Place
		all[i].Place = name(area)
		b, err := all[i].Package()
		if err != nil {
			return "", nil, err
		}
		to, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%s-%04d-%s-%s.zip", all[i].Batch, all[i].No, area, all[i].Day)})
		if err == nil {
			_, err = to.Write(b)
		}
		if err != nil {
			return "", nil, fmt.Errorf("delivery: sheets: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return "", nil, fmt.Errorf("delivery: sheets: %w", err)
	}
	return all[0].Batch + "-lembar-bayar.zip", out.Bytes(), nil
}
