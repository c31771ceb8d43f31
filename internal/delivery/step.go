package delivery

import (
	"context"

	"gotong/internal/ident"
	"gotong/internal/run"
)

// The kinds of run that carry a list on, each with a Step; SweepRun has no
// arguments.
const (
	AccountsRun run.Kind = "pay_accounts"
	CutRun      run.Kind = "pay_cut"
	SendRun     run.Kind = "pay_send"
	CollectRun  run.Kind = "pay_collect"
	SweepRun    run.Kind = "pay_sweep"
)

// Step names the list that a run carries on.
type Step struct {
	List ident.ID `json:"list"`
}

// Stepped is the result of such a run.
type Stepped struct {
	ID    ident.ID  `json:"id"`
	Lines int64     `json:"lines"`
	State FileState `json:"state,omitempty"`
}

// RunAccounts is CheckAccounts as a run.
func (s *Service) RunAccounts(ctx context.Context, step Step, p run.Progress) (Stepped, error) {
	l, err := s.CheckAccounts(ctx, step.List, p)
	if err != nil {
		return Stepped{}, err
	}
	return Stepped{ID: l.ID, Lines: l.Lines}, nil
}

// RunCut is ExportBankFile as a run.
func (s *Service) RunCut(ctx context.Context, step Step, p run.Progress) (Stepped, error) {
	p.Stage("pay_cut", 0)
	return stepped(s.ExportBankFile(ctx, step.List))
}

// RunSend is Send as a run. A run that is carried on after a death finds the
// list *sent, outcome unknown*, and sends nothing again.
func (s *Service) RunSend(ctx context.Context, step Step, p run.Progress) (Stepped, error) {
	p.Stage("pay_send", 0)
	return stepped(s.Send(ctx, step.List))
}

func stepped(f *PaymentFile, err error) (Stepped, error) {
	if err != nil {
		return Stepped{}, err
	}
	return Stepped{ID: f.ListID, Lines: f.Lines, State: f.State}, nil
}

// RunCollect is Collect as a run.
func (s *Service) RunCollect(ctx context.Context, step Step, p run.Progress) (Stepped, error) {
	p.Stage("pay_collect", 0)
	all, err := s.Collect(ctx, step.List, p)
	if err != nil {
		return Stepped{}, err
	}
	done := Stepped{ID: step.List}
	for _, r := range all {
		done.Lines += r.Matched
	}
	return done, nil
}
