package paysim

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// steps is how many steps an episode takes before it is brought to its end.
const steps = 150

// episode runs one town's year and returns what was found in it.
func (s *simulation) episode(ctx context.Context, number int) (*Result, error) {
	e, err := s.open(ctx, number)
	if err != nil {
		return nil, err
	}
	err = e.run(ctx)
	return e.result, errors.Join(err, e.close())
}

func (e *episode) run(ctx context.Context) error {
	for e.oracle.step = 1; e.oracle.step <= steps && e.result.Clean(); e.oracle.step++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		a := e.missOrHear
		if e.fate.IntN(1000) >= e.faults.Duty {
			a = e.draw
		}
		if err := e.take(ctx, a()); err != nil {
			return err
		}
	}
	if e.result.Clean() {
		if err := e.end(ctx); err != nil {
			return err
		}
	}
	e.result.TraceDigest = hex.EncodeToString(e.trace.Sum(nil))
	return nil
}

// take takes one step with whatever is to happen to it, proves the books and
// holds what stands to what stood and what was acknowledged.
func (e *episode) take(ctx context.Context, a act) error {
	e.result.Steps++
	e.same()
	f := e.faults
	e.accident = accident{}
	if e.happens(f.Disk) {
		e.accident.disk = 1 + e.chance.IntN(6)
	}
	if e.happens(f.Race) {
		e.accident.race = 1 + e.chance.IntN(5)
	}
	if e.happens(f.Crash) {
		e.accident.die = 1 + e.chance.IntN(10)
	}
	e.last = a.name
	died, err := e.try(a)
	idle := e.accident.die > 0 // it was to die, and never got so far
	failed := e.accident.failed
	e.accident = accident{}
	switch {
	case died != "":
		e.note("dies at %s", died)
	case err != nil:
		e.note("%s", said(err))
	default:
		e.note("done")
	}
	if err != nil && died == "" && !failed && !expected(err) {
		e.oracle.find(Unexplained, "%s: %v", a.name, err)
	}
	if err == nil && died == "" && a.must != nil {
		e.quietly(func() { a.must() })
	}
	if died != "" {
		if err := e.reboot(ctx); err != nil {
			return err
		}
	}
	e.sound(ctx)
	if idle && died == "" {
		// It dies between this step and the next.
		e.note("dies")
		if err := e.reboot(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// try does an act, and says where the process died of it.
func (e *episode) try(a act) (died string, err error) {
	defer func() {
		if r := recover(); r != nil {
			c, ok := r.(crash)
			if !ok {
				panic(r)
			}
			died = c.at
		}
	}()
	return "", a.do()
}

// expected reports whether a failure is one that people are told how to deal
// with, or a disk that says so.
func expected(err error) bool {
	return fault.KindOf(err) != fault.KindInternal || errors.Is(err, errDisk)
}

// said is an error as the trace keeps it: without what changes from run to run.
func said(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	if errors.Is(err, errDisk) {
		return errDisk.Error()
	}
	return "fails"
}

func (e *episode) happens(inThousand int) bool { return e.chance.IntN(1000) < inThousand }

// quietly runs fn with nothing happening to the process meanwhile.
func (e *episode) quietly(fn func()) {
	was, kept := e.quiet, e.accident
	e.quiet, e.accident = true, accident{}
	fn()
	e.quiet, e.accident = was, kept
}

// lists returns every list, oldest first.
func (e *episode) lists() []delivery.ListRow {
	var rows []delivery.ListRow
	e.quietly(func() {
		var err error
		if rows, _, err = e.service.Lists(as("tari"), delivery.ListFilter{Limit: 1000}); err != nil {
			e.oracle.find(Unexplained, "the lists cannot be read: %v", err)
		}
	})
	slices.SortFunc(rows, func(a, b delivery.ListRow) int { return cmp.Compare(a.Number, b.Number) })
	return rows
}

// standing says how each list stands.
func (e *episode) standing() map[ident.ID]string {
	all := map[ident.ID]string{}
	for _, l := range e.lists() {
		if e.oracle.made[l.Number] == 0 { // also where its maker died before knowing
			e.oracle.made[l.Number] = e.oracle.step
		}
		s := fmt.Sprint(l.Number, " ", l.Status, " ", l.Total)
		for _, status := range delivery.Statuses {
			if n := l.Sums[status]; n.Lines > 0 {
				s += fmt.Sprintf(" %s %d %d", status, n.Lines, n.Total)
			}
		}
		all[l.ID] = s
	}
	return all
}

// same holds every list to standing as it did when the last step had ended:
// what was acknowledged outlives a death.
func (e *episode) same() {
	now := e.standing()
	if !maps.Equal(now, e.known) {
		e.oracle.find(Lost, "what stood after the last step does not stand any more: %v, was %v", sortedValues(now), sortedValues(e.known))
	}
}

// sound proves the books anew, and notes how the lists stand.
func (e *episode) sound(context.Context) {
	e.quietly(func() {
		e.result.Proofs++
		proof, err := e.service.ProveLedger(as("aulia"))
		if err != nil {
			e.oracle.find(Unexplained, "the books cannot be proved after %s: %v", e.last, err)
			return
		}
		if !proof.Balanced {
			e.oracle.find(Unexplained, "after %s: %v", e.last, proof.Problems)
		}
	})
	e.known = e.standing()
	for _, s := range sortedValues(e.known) {
		fmt.Fprintln(e.trace, s)
	}
}

// end brings everything that is under way to its end with nothing going wrong
// any more, and holds the books against the bank.
func (e *episode) end(ctx context.Context) error {
	e.last = "end"
	e.same()
	e.bank.faults.Mute, e.post.faults.Mute = 0, 0
	e.quiet = true
	for range 4 {
		e.clock.Advance(fileAfter[1])
		for _, l := range e.lists() {
			if l.Status != delivery.Sent && l.Status != delivery.Settled {
				continue
			}
			for _, err := range []error{second(e.service.Enquire(as("tari"), l.ID)), e.collect(l.ID)} {
				if err != nil && !expected(err) {
					e.oracle.find(Unexplained, "at the end, %s: %v", l.Number, err)
				}
			}
		}
	}
	e.sound(ctx)
	b, err := e.books()
	if err != nil {
		return err
	}
	e.oracle.judge(b, e.bank, e.post)
	report, err := e.audit.Verify(access.With(ctx, access.System("simulation")))
	if err != nil {
		return err
	}
	if !report.Verified() {
		e.oracle.find(Unexplained, "the audit log does not verify: %v", report.Problems)
	}
	for _, reference := range sorted(b.lines) {
		fmt.Fprintln(e.trace, reference, b.lines[reference].Status, len(b.exceptions[reference]))
	}
	return nil
}

// books reads what the program says of every line.
func (e *episode) books() (*books, error) {
	b := &books{lines: map[string]delivery.Instruction{}, exceptions: map[string][]delivery.Exception{}, lists: e.lists()}
	for _, l := range b.lists {
		for after := int64(0); ; {
			page, err := e.service.Lines(as("tari"), l.ID, delivery.LineFilter{After: after, Limit: 500})
			if err != nil {
				return nil, err
			}
			for _, i := range page {
				b.lines[delivery.Reference(l.Number, i.LineNo)] = i
				after = i.LineNo
			}
			if len(page) < 500 {
				break
			}
		}
	}
	for _, status := range []delivery.ExceptionStatus{"", delivery.Resolved, delivery.Lapsed} {
		for offset := 0; ; offset += 500 {
			all, total, err := e.service.Exceptions(as("tari"), delivery.ExceptionFilter{Status: status, Offset: offset, Limit: 500})
			if err != nil {
				return nil, err
			}
			for _, x := range all {
				r := delivery.Reference(x.Number, x.LineNo)
				b.exceptions[r] = append(b.exceptions[r], x)
			}
			if int64(offset+500) >= total {
				break
			}
		}
	}
	return b, nil
}

// second is the error of a call whose result does not matter.
func second[T any](_ T, err error) error { return err }

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func sortedValues(m map[ident.ID]string) []string { return slices.Sorted(maps.Values(m)) }
