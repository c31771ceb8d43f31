package delivery

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/bank"
	"gotong/internal/fault"
	"gotong/internal/ident"
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
	r := &reconciler{s: s, actor: actor, progress: p, said: NewSaid(), result: &Reconciliation{Name: name, DryRun: dryRun}}
	if err := r.read(from); err != nil {
		return r.refuse(ctx, err)
	}
	if !dryRun {
		if err := s.pictures(r.said); err != nil {
			return nil, err
		}
	}
	unit := s.Unit.Write
	if dryRun {
		unit = s.Unit.Read
	}
	err = unit(ctx, r.take)
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
	said     *Said
	moved    map[Status]map[Status]Sum // what the file matched, from where to where
	result   *Reconciliation
}

// read reads the file as it comes. Its digest and its lines are those of all
// of it, also where it cannot be understood.
func (r *reconciler) read(from io.Reader) error {
	r.progress.Stage("reconcile_read", 0)
	f := &counted{from: from, sum: sha256.New()}
	file := bufio.NewReaderSize(f, 1<<20)
	const enough = 4096
	head, _ := file.Peek(enough) // what fails here fails again
	format := r.s.readers().Of(head)
	r.result.Format = format.Name()
	parsed, err := format.Read(file, func(one bank.Result) error {
		const often = 10_000
		if r.said.Len()%often == often-1 {
			r.progress.Add("", often)
		}
		return r.said.Add(one)
	})
	if err == nil || fault.KindOf(err) != fault.KindInternal {
		if _, rest := io.Copy(io.Discard, file); rest != nil {
			err = rest
		}
	}
	copy(r.digest[:], f.sum.Sum(nil))
	r.result.SHA256, r.line = hex.EncodeToString(r.digest[:]), f.lines
	if err != nil {
		return err
	}
	r.result.Batch, r.result.Lines = parsed.Batch, int64(r.said.Len())
	return nil
}

// counted is a file that is digested and counted while it is read.
type counted struct {
	from  io.Reader
	sum   hash.Hash
	bytes int64
	lines int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.sum.Write(p[:n])
	c.lines += int64(bytes.Count(p[:n], []byte("\n")))
	if c.bytes += int64(n); c.bytes > largest {
		return n, fault.Invalid("delivery.file_too_large")
	}
	return n, err
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
func (r *reconciler) take(ctx context.Context) error {
	s := r.s
	l, err := s.Store.ByNumber(ctx, r.result.Batch)
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
		return fault.Invalid("delivery.batch_not_sent", "batch", r.result.Batch)
	}
	states, err := s.Store.States(ctx, l.ID)
	if err != nil {
		return err
	}
	r.progress.Stage("reconcile_match", r.result.Lines)
	m := Match(l.Number, states, r.said)
	if err := s.doubles(ctx, l.ID, m); err != nil {
		return err
	}
	r.count(m)
	if r.result.DryRun {
		return nil
	}
	return r.apply(ctx, l, m)
}

// known answers for a file that was taken before.
func (r *reconciler) known(f *ReturnFile) {
	r.result.Known, r.result.ListID = true, f.ListID
	r.result.Lines, r.result.Matched, r.result.Explained, r.result.Queued = f.Lines, f.Matched, f.Explained, f.Queued
	r.result.Credited, r.result.Returned = f.Credited, f.Returned
}

// queueShown is how many of the queued lines a result holds; all of them
// become exceptions.
const queueShown = 1000

// count adds up the verdicts.
func (r *reconciler) count(m *Matches) {
	r.moved = map[Status]map[Status]Sum{}
	for f := range m.All() {
		switch f.Verdict {
		case Matched:
			r.result.Matched++
			if r.moved[f.From] == nil {
				r.moved[f.From] = map[Status]Sum{}
			}
			was := r.moved[f.From][f.To]
			r.moved[f.From][f.To] = Sum{was.Lines + 1, was.Total + f.Amount}
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
			if r.result.Queued++; len(r.result.Queue) < queueShown {
				r.result.Queue = append(r.result.Queue, f)
			}
		}
	}
	r.progress.Add("matched", r.result.Matched)
	r.progress.Add("explained", r.result.Explained)
	r.progress.Add("queued", r.result.Queued)
}

// apply records the file and its findings, and moves lines and money.
func (r *reconciler) apply(ctx context.Context, l *PayList, m *Matches) error {
	s, res := r.s, r.result
	f := &ReturnFile{ID: s.IDs.New(), SHA256: r.digest, Name: res.Name, Batch: res.Batch, ListID: l.ID, Area: l.Area,
		Actor: r.actor.Login, At: s.now(), Lines: res.Lines, Matched: res.Matched, Explained: res.Explained, Queued: res.Queued,
		Credited: res.Credited, Returned: res.Returned}
	r.progress.Stage("reconcile_write", res.Lines)
	if err := s.Store.AddReturn(ctx, f, m.All()); err != nil {
		return err
	}
	if err := s.Store.AddProofs(ctx, l.ID, f.ID, m.shown()); err != nil {
		return err
	}
	if err := r.exceptions(ctx, l, f, m); err != nil {
		return err
	}
	s.Failpoint(FailReconcileWritten)
	if err := r.arrived(ctx, l); err != nil {
		return err
	}
	for _, step := range settlements {
		if err := r.settle(ctx, l, f.ID, step); err != nil {
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

// exceptions opens an exception for every line that came back, and for every
// line of the file that people must look at.
func (r *reconciler) exceptions(ctx context.Context, l *PayList, f *ReturnFile, m *Matches) error {
	const together = 400
	var some []Exception
	for n := range m.All() {
		if n.Verdict == Explained || n.Verdict == Matched && n.To != ReturnedIt {
			continue
		}
		e := Exception{ID: r.s.IDs.New(), Area: l.Area, ListID: l.ID, LineNo: n.LineNo, FileID: f.ID, FileLine: n.Line,
			Code: n.Reason, Amount: n.Amount, OpenedAt: f.At, Status: Open}
		if n.Verdict == Matched {
			e.Code = Code(n.Result.Code)
		} else {
			e.Said = Code(n.Result.Code)
			e.Detail = fmt.Sprintf("%.80s %.20s %.20s", n.Reference, n.Status, n.Result.Code)
		}
		if some = append(some, e); len(some) == together {
			if err := r.open(ctx, l, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	return r.open(ctx, l, some)
}

// open adds exceptions, each of the family whose line it is.
func (r *reconciler) open(ctx context.Context, l *PayList, some []Exception) error {
	var lines []int64
	for _, e := range some {
		if e.LineNo > 0 {
			lines = append(lines, e.LineNo)
		}
	}
	homes, err := r.s.Store.Homes(ctx, l.ID, lines)
	if err != nil {
		return err
	}
	for i := range some {
		if h, ok := homes[some[i].LineNo]; ok {
			some[i].Area, some[i].FamilyID = h.Area, h.FamilyID
		}
	}
	return r.s.Store.AddExceptions(ctx, some)
}
