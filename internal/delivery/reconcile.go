package delivery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/bank"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/money"
	"gotong/internal/run"
)

// Reconciliation is what was made of a return file.
type Reconciliation struct {
	Name      string       `json:"file"`
	SHA256    string       `json:"sha256"`
	Format    string       `json:"format"` // in which the file was recognised
	Batch     string       `json:"batch,omitempty"`
	ListID    ident.ID     `json:"list,omitzero"`
	DryRun    bool         `json:"dry_run"`
	Known     bool         `json:"known"` // the same file was taken before; nothing changed
	Lines     int64        `json:"lines"`
	Matched   int64        `json:"matched"`
	Explained int64        `json:"explained"`
	Queued    int64        `json:"queued"`
	Rejected  int64        `json:"rejected"` // lines of a file that was refused whole
	Credited  money.Rupiah `json:"credited_rupiah"`
	Returned  money.Rupiah `json:"returned_rupiah"`
	Used      money.Rupiah `json:"used_rupiah"`

	// Refused says why the file was refused whole; nil when it was taken.
	Refused *fault.Error `json:"-"`
	// Queue holds the lines that people must look at.
	Queue []Finding `json:"queue,omitempty"`
}

// FormatKey is the key of the format's name in words.
func (r *Reconciliation) FormatKey() string {
	return "bank.format." + strings.ReplaceAll(r.Format, ".", "_")
}

// largest is how big a return file may be, in bytes: ten million lines.
const largest = 1 << 30

// Reconcile takes a return file. Each of its lines is matched with a line of
// its list, explained by what is known, or queued for two people; the lines
// and the ledger move in one step, or not at all. A file that is not whole,
// adds up wrongly, is in another currency or for an unknown batch is refused:
// Refused says why, and nothing changed. The same file again changes nothing.
//
// With dryRun it only says what it would do. It needs access.Reconcile.
func (s *Service) Reconcile(ctx context.Context, name string, from io.Reader, dryRun bool, p run.Progress) (*Reconciliation, error) {
	actor, err := access.Require(ctx, access.Reconcile)
	if err != nil {
		return nil, err
	}
	file, err := io.ReadAll(io.LimitReader(from, largest+1))
	if err != nil {
		return nil, fmt.Errorf("delivery: reading %s: %w", name, err)
	}
	sum := sha256.Sum256(file)
	r := &reconciler{s: s, actor: actor, progress: p, digest: sum, line: int64(bytes.Count(file, []byte("\n"))),
		result: &Reconciliation{Name: name, SHA256: hex.EncodeToString(sum[:]), DryRun: dryRun}}
	p.Stage("reconcile_read", r.line)
	if len(file) > largest {
		return r.refuse(ctx, fault.Invalid("delivery.file_too_large"))
	}
	format := s.readers().Of(file)
	r.result.Format = format.Name()
	parsed, err := format.Return(file)
	if err != nil {
		return r.refuse(ctx, err)
	}
	r.result.Batch, r.result.Lines = parsed.Batch, int64(len(parsed.Results))
	if !dryRun {
		if err := s.pictures(parsed.Results); err != nil {
			return nil, err
		}
	}
	unit := s.Unit.Write
	if dryRun {
		unit = s.Unit.Read
	}
	err = unit(ctx, func(ctx context.Context) error { return r.take(ctx, parsed) })
	if err != nil {
		return r.refuse(ctx, err)
	}
	if !dryRun && !r.result.Known {
		s.Failpoint(FailReconcileDone)
	}
	return r.result, nil
}

// reconciler takes one file.
type reconciler struct {
	s        *Service
	actor    access.Actor
	progress run.Progress
	digest   [32]byte
	line     int64 // lines of the file, for one that cannot be read
	result   *Reconciliation
}

// refuse ends with a file that cannot be taken: its author must mend it.
// Anything else is a failure of ours and is returned as such.
func (r *reconciler) refuse(ctx context.Context, err error) (*Reconciliation, error) {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.KindInvalid && f.Kind != fault.KindNotFound {
		return nil, fmt.Errorf("delivery: reconciling: %w", err)
	}
	if r.result.Lines == 0 {
		r.result.Lines = max(r.line, 1)
	}
	r.result.Refused, r.result.Rejected = f, r.result.Lines
	r.result.Matched, r.result.Explained, r.result.Queued, r.result.Queue = 0, 0, 0, nil
	r.result.Credited, r.result.Returned, r.result.Used = 0, 0, 0
	if r.result.DryRun {
		return r.result, nil
	}
	// That somebody brought it is kept; nothing else changes.
	err = r.s.Unit.Write(ctx, func(ctx context.Context) error {
		return r.s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "payment.return_refused",
			Subject: r.result.SHA256, Count: r.result.Lines, Detail: f.Key})
	})
	return r.result, err
}

// take judges the file against its list and, unless it is a dry run, moves
// what it settles.
func (r *reconciler) take(ctx context.Context, parsed bank.Return) error {
	s := r.s
	l, err := s.Store.ByNumber(ctx, parsed.Batch)
	if err != nil {
		return err
	}
	if !r.result.DryRun {
		if _, l, err = s.lock(ctx, access.Reconcile, l.ID); err != nil {
			return err
		}
	} else if _, err := access.RequireArea(ctx, access.Reconcile, l.Area); err != nil {
		return err
	}
	r.result.ListID = l.ID
	// Under the lock: of two that bring the same file, the second finds it.
	if known, err := s.Store.Returned(ctx, r.digest); err == nil {
		r.known(known)
		return nil
	} else if !fault.Is(err, fault.KindNotFound) {
		return err
	}
	if l.Status != Sent && l.Status != Settled {
		return fault.Invalid("delivery.batch_not_sent", "batch", parsed.Batch)
	}
	states, err := s.Store.States(ctx, l.ID)
	if err != nil {
		return err
	}
	r.progress.Stage("reconcile_match", r.result.Lines)
	findings := Match(l.Number, states, parsed.Results)
	if err := s.doubles(ctx, l.ID, findings); err != nil {
		return err
	}
	r.count(findings)
	if r.result.DryRun {
		return nil
	}
	return r.apply(ctx, l, states, findings)
}

// known answers for a file that was taken before.
func (r *reconciler) known(f *ReturnFile) {
	r.result.Known, r.result.ListID = true, f.ListID
	r.result.Lines, r.result.Matched, r.result.Explained, r.result.Queued = f.Lines, f.Matched, f.Explained, f.Queued
	r.result.Credited, r.result.Returned = f.Credited, f.Returned
}

// count adds up the verdicts.
func (r *reconciler) count(findings []Finding) {
	for _, f := range findings {
		switch f.Verdict {
		case Matched:
			r.result.Matched++
			switch f.To {
			case Credited:
				r.result.Credited += f.Amount
			case Taken:
				r.result.Used += f.Amount
			default:
				r.result.Returned += f.Amount
			}
		case Explained:
			r.result.Explained++
		default:
			r.result.Queued++
			r.result.Queue = append(r.result.Queue, f)
		}
	}
	r.progress.Add("matched", r.result.Matched)
	r.progress.Add("explained", r.result.Explained)
	r.progress.Add("queued", r.result.Queued)
}

// apply records the file and its findings, and moves lines and money.
func (r *reconciler) apply(ctx context.Context, l *PayList, states []LineState, findings []Finding) error {
	s, res := r.s, r.result
	f := &ReturnFile{ID: s.IDs.New(), SHA256: r.digest, Name: res.Name, Batch: res.Batch, ListID: l.ID, Area: l.Area,
		Actor: r.actor.Login, At: s.now(), Lines: res.Lines, Matched: res.Matched, Explained: res.Explained, Queued: res.Queued,
		Credited: res.Credited, Returned: res.Returned}
	r.progress.Stage("reconcile_write", res.Lines)
	if err := s.Store.AddReturn(ctx, f, findings); err != nil {
		return err
	}
	if err := s.Store.AddProofs(ctx, l.ID, f.ID, shown(findings)); err != nil {
		return err
	}
	if err := s.Store.AddExceptions(ctx, r.exceptions(l, f, states, findings)); err != nil {
		return err
	}
	s.Failpoint(FailReconcileWritten)
	if err := r.arrived(ctx, l); err != nil {
		return err
	}
	for _, step := range settlements {
		if err := r.settle(ctx, l, f.ID, step, findings); err != nil {
			return err
		}
	}
	if err := s.finish(ctx, l); err != nil {
		return err
	}
	s.Failpoint(FailReconcileMoved)
	r.progress.Add("", res.Lines)
	return nil
}

// settlement is what a return file does to the lines that stand in one status.
type settlement struct {
	from Status
	act  ActKind
	key  string // of its ledger entry
}

// settlements are the steps of a return file: each is an act with an entry of
// its own. The first stands in the history even when it moves nothing.
var settlements = []settlement{{OnTheWay, ActSettled, "settle/"}, {Unclaimed, ActCalled, "called/"}, {Credited, ActUsed, "used/"}}

// settle moves the lines of one status that the file matched, and their money.
func (r *reconciler) settle(ctx context.Context, l *PayList, file ident.ID, step settlement, findings []Finding) error {
	var moved Sum
	into := map[Status]money.Rupiah{}
	for _, f := range findings {
		if f.Verdict == Matched && f.From == step.from {
			moved = Sum{moved.Lines + 1, moved.Total + f.Amount}
			into[f.To] += f.Amount
		}
	}
	if moved.Lines == 0 && step.from != OnTheWay {
		return nil
	}
	a := r.s.act(r.actor, l, step.act)
	a.FileID = file
	var err error
	switch key := step.key + r.result.SHA256; step.from {
	case OnTheWay:
		a.Entry, err = r.s.settle(ctx, l, key, r.result.Name, into[Credited], into[ReturnedIt])
	case Unclaimed:
		a.Entry, err = r.s.move(ctx, l, key, r.result.Name, ledger.Unclaimed, ledger.Returned, into[ReturnedIt])
	default:
		a.Entry, err = r.s.move(ctx, l, key, r.result.Name, ledger.Credited, ledger.Withdrawn, into[Taken])
	}
	if err != nil {
		return err
	}
	if err := r.s.Store.Settle(ctx, a, step.from); err != nil {
		return err
	}
	if a.Sum != moved {
		return fault.Conflict("delivery.tampered", "number", l.Number)
	}
	if step.from != OnTheWay {
		// What was feared of these lines is settled.
		if err := r.s.Store.LapseFile(ctx, l.ID, file, Unused); err != nil {
			return err
		}
	}
	return r.s.record(ctx, l, a)
}

// settle posts what left the channel.
func (s *Service) settle(ctx context.Context, l *PayList, key, document string, credited, returned money.Rupiah) (int64, error) {
	if credited+returned == 0 {
		return 0, nil
	}
	p := ledger.Posting{Key: key, Kind: "settled", Document: document, Object: l.ID.String(),
		Lines: []ledger.Line{{Account: l.account(ledger.Channel), Amount: -credited - returned}}}
	if credited > 0 {
		p.Lines = append(p.Lines, ledger.Line{Account: l.account(ledger.Credited), Amount: credited})
	}
	if returned > 0 {
		p.Lines = append(p.Lines, ledger.Line{Account: l.account(ledger.Returned), Amount: returned})
	}
	e, err := s.Book.Post(ctx, p)
	return e.Seq, err
}

// finish brings a list's sums up to date, and settles it when no line's
// outcome is unknown any more.
func (s *Service) finish(ctx context.Context, l *PayList) error {
	if err := s.Store.Recount(ctx, l.ID); err != nil {
		return err
	}
	if l.Status != Sent {
		return nil
	}
	sums, err := s.Store.Sums(ctx, l.ID)
	if err != nil || sums[OnTheWay].Lines > 0 {
		return err
	}
	l.Status = Settled
	return s.Store.SaveList(ctx, l)
}

// arrived takes a statement as proof that the channel has the file, where its
// receipt was never recorded.
func (r *reconciler) arrived(ctx context.Context, l *PayList) error {
	f, err := r.s.Store.File(ctx, l.ID)
	if fault.Is(err, fault.KindNotFound) {
		return fault.Invalid("delivery.batch_not_sent", "batch", l.Number)
	}
	if err != nil || f.State != FileHanding {
		return err
	}
	f.State, f.HandedAt, f.Receipt = FileHanded, r.s.now(), r.result.Name
	return r.s.Store.SaveFile(ctx, f)
}

// exceptions opens an exception for every line that came back, and for every
// line of the file that people must look at.
func (r *reconciler) exceptions(l *PayList, f *ReturnFile, states []LineState, findings []Finding) []Exception {
	var all []Exception
	for _, n := range findings {
		if n.Verdict == Explained || n.Verdict == Matched && n.To != ReturnedIt {
			continue
		}
		e := Exception{ID: r.s.IDs.New(), Area: l.Area, ListID: l.ID, LineNo: n.LineNo, FileID: f.ID, FileLine: n.Line,
			Code: n.Reason, Amount: n.Amount, OpenedAt: f.At, Status: Open}
		if n.LineNo > 0 {
			e.Area, e.FamilyID = states[n.LineNo-1].Area, states[n.LineNo-1].FamilyID
		}
		if n.Verdict == Matched {
			e.Code = Code(n.Result.Code)
		} else {
			e.Said = Code(n.Result.Code)
			e.Detail = fmt.Sprintf("%.80s %.20s %.20s", n.Reference, n.Status, n.Result.Code)
		}
		all = append(all, e)
	}
	return all
}
