package determination

import (
	"context"

	"gotong/internal/fault"
	"gotong/internal/run"
	"gotong/internal/snapshot"
)

// rowWriter copies outcomes into the database, some in each transaction. A
// step is one programme in one partition.
type rowWriter struct {
	service  *Service
	files    *Files
	input    Input
	progress run.Progress

	header   Header
	finished bool // the same determination is there already
	at       int  // step
	part     int  // whose families are in who
	who      *snapshot.Families
}

// batchRows is how many rows a transaction has at least, unless fewer are left.
const batchRows = 50_000

func (w *rowWriter) begin(ctx context.Context, h Header) error {
	s := w.service.Store
	earlier, err := s.ByDigest(ctx, h.Digest)
	if err == nil {
		w.header, w.finished = earlier, true
		return nil
	}
	if !fault.Is(err, fault.KindNotFound) {
		return err
	}
	w.header, w.at, err = s.Begin(ctx, h)
	return err
}

func (w *rowWriter) complete() bool {
	return w.at >= len(w.input.Snapshot.Parts)*len(w.input.Programmes)
}

// some writes the next steps.
func (w *rowWriter) some(ctx context.Context) error {
	sums := newSums(w.input.Programmes)
	from, told := w.at, int64(0)
	to, err := w.service.Store.AddRows(ctx, w.header.ID, from, func(yield func(Row) error) (int, error) {
		rows := 0
		for w.at = from; !w.complete() && rows < batchRows; w.at++ {
			n, err := w.step(ctx, func(r Row) error {
				sums.add(r)
				if !stored(r) {
					return nil
				}
				rows++
				return yield(r)
			})
			if err != nil {
				return from, err
			}
			told += n
		}
		return w.at, nil
	}, sums.all)
	w.at = to
	if err == nil {
		w.progress.Add("", told)
	}
	return err
}

// step calls fn with the outcomes of step w.at and returns how many they are.
func (w *rowWriter) step(ctx context.Context, fn func(Row) error) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	all := w.input.Programmes
	part, k := w.at/len(all), w.at%len(all)
	if w.who == nil || w.part != part {
		who, err := readIDs(w.input.Snapshot, w.input.Snapshot.Parts[part])
		if err != nil {
			return 0, err
		}
		w.who, w.part = who, part
	}
	return int64(all[k].Rows(&w.who.Batch)), rowsOfPart(w.files, w.who, all[k], w.files.Content.Programmes[k].Parts[part], fn)
}
