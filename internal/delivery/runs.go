package delivery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/run"
)

// The kinds of run that delivery does: MakeRun with an Order, ReconcileRun
// with what Bring returned.
const (
	MakeRun      run.Kind = "pay"
	ReconcileRun run.Kind = "reconcile"
)

// Made is the result of a MakeRun.
type Made struct {
	ID     ident.ID     `json:"id"`
	Number string       `json:"number"`
	Lines  int64        `json:"lines"`
	Total  money.Rupiah `json:"total_rupiah"`
}

// RunMake is MakePayList as a run.
func (s *Service) RunMake(ctx context.Context, o Order, p run.Progress) (Made, error) {
	l, err := s.MakePayList(ctx, o, p)
	if err != nil {
		return Made{}, err
	}
	return Made{l.ID, l.Number, l.Lines, l.Total}, nil
}

// Brought names a return file that waits to be reconciled.
type Brought struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// Bring keeps a return file until a ReconcileRun takes it. A file that is not
// whole is refused at once, with fault.Invalid. It needs access.Reconcile.
func (s *Service) Bring(ctx context.Context, name string, file []byte) (Brought, error) {
	if _, err := access.Require(ctx, access.Reconcile); err != nil {
		return Brought{}, err
	}
	if _, err := bank.Whole(s.readers().Of(file), file); err != nil {
		return Brought{}, err
	}
	sum := sha256.Sum256(file)
	b := Brought{Name: name, SHA256: hex.EncodeToString(sum[:])}
	return b, s.put(b.file(), file, func(string) {})
}

func (b Brought) file() string {
	sum, _ := hex.DecodeString(b.SHA256)
	return ReturnName(sum)
}

// RunReconcile is Reconcile as a run, of a file that was brought.
func (s *Service) RunReconcile(ctx context.Context, b Brought, dryRun bool, p run.Progress) (*Reconciliation, error) {
	if sum, err := hex.DecodeString(b.SHA256); err != nil || len(sum) != sha256.Size {
		return nil, fault.Invalid("delivery.file_missing", "name", b.Name)
	}
	file, err := s.get(b.file())
	if err != nil {
		return nil, fmt.Errorf("delivery: %w", err)
	}
	r, err := s.Reconcile(ctx, b.Name, bytes.NewReader(file), dryRun, p)
	if err != nil {
		return nil, err
	}
	if r.Refused != nil {
		return nil, r.Refused // the run says why it failed
	}
	const enough = 100 // the exceptions hold them all
	r.Queue = slices.Clone(r.Queue[:min(len(r.Queue), enough)])
	return r, nil
}

// Waiting counts what waits for the acting person.
type Waiting struct {
	Check, Release, Send, Unknown int64 // lists
	Propose, Decide               int64 // exceptions
}

// Waiting counts what waits for the acting person, by what they may do. What
// they have had in their own hands waits for somebody else.
func (s *Service) Waiting(ctx context.Context) (Waiting, error) {
	var w Waiting
	actor, ok := access.From(ctx)
	if !ok || !actor.Can(access.SeeMoney) {
		return w, nil
	}
	const enough = 500 // of a status at one time, in one office
	count := func(ctx context.Context, p access.Permission, status ListStatus, fits func(*PayList) (bool, error)) (int64, error) {
		if !actor.Can(p) {
			return 0, nil
		}
		rows, _, err := s.Store.Lists(ctx, ListFilter{Status: status, Limit: enough})
		n := int64(0)
		for i := range rows {
			fit, fitErr := fits(&rows[i].PayList)
			if fitErr != nil {
				return 0, fitErr
			}
			if fit {
				n++
			}
		}
		return n, err
	}
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if w.Check, err = count(ctx, access.CheckPayment, Draft, func(l *PayList) (bool, error) { return l.Made.By != actor.Login, nil }); err != nil {
			return err
		}
		if w.Release, err = count(ctx, access.ReleasePayment, Checked, func(l *PayList) (bool, error) {
			return l.Made.By != actor.Login && l.Checked.By != actor.Login, nil
		}); err != nil {
			return err
		}
		if w.Send, err = count(ctx, access.MakePayment, Released, func(*PayList) (bool, error) { return true, nil }); err != nil {
			return err
		}
		w.Unknown, err = count(ctx, access.MakePayment, Sent, func(l *PayList) (bool, error) {
			f, err := s.Store.File(ctx, l.ID)
			if fault.Is(err, fault.KindNotFound) {
				return false, nil
			}
			return err == nil && f.State == FileHanding, err
		})
		if err != nil {
			return err
		}
		return s.waitingExceptions(ctx, actor, &w)
	})
	return w, err
}

func (s *Service) waitingExceptions(ctx context.Context, actor access.Actor, w *Waiting) error {
	var err error
	if actor.Can(access.Reconcile) {
		if _, w.Propose, err = s.Store.Exceptions(ctx, ExceptionFilter{Status: Open, Limit: 1}); err != nil {
			return err
		}
	}
	if actor.Can(access.CheckPayment) {
		_, w.Decide, err = s.Store.Exceptions(ctx, ExceptionFilter{Status: Proposed, Limit: 1})
	}
	return err
}
