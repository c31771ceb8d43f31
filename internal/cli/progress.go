package cli

import (
	"encoding/json"
	"io"
	"os"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"gotong/internal/i18n"
	"gotong/internal/run"
)

// progress shows how far work is: bars on a terminal, JSON lines elsewhere.
// Call done when the work has ended.
func (e *env) progress() (p run.Progress, done func()) {
	if f, ok := e.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) && !e.json {
		b := &bars{lang: e.lang, all: mpb.New(mpb.WithOutput(f), mpb.WithWidth(48))}
		return b, b.done
	}
	l := &lines{out: e.err}
	return l, l.flush
}

// bars draws one bar a stage.
type bars struct {
	lang i18n.Lang
	all  *mpb.Progress

	mu    sync.Mutex
	bar   *mpb.Bar
	total int64
	sum   int64
}

// Stage ends the bar before and begins another.
func (b *bars) Stage(key string, total int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.finish()
	b.total, b.sum = total, 0
	b.bar = b.all.AddBar(total,
		mpb.PrependDecorators(decor.Name(i18n.T(b.lang, "run.stage."+key), decor.WC{W: 34, C: decor.DindentRight})),
		mpb.AppendDecorators(decor.CountersNoUnit("%d / %d", decor.WCSyncSpace), decor.Elapsed(decor.ET_STYLE_GO, decor.WCSyncSpace)))
}

// Add counts items, of whatever outcome.
func (b *bars) Add(_ string, n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bar == nil {
		return
	}
	b.sum += n
	if b.sum > b.total {
		b.bar.SetTotal(b.sum, false)
	}
	b.bar.SetCurrent(b.sum)
}

func (b *bars) finish() {
	if b.bar != nil {
		b.bar.SetTotal(max(b.sum, 1), true)
		if b.sum == 0 {
			b.bar.SetCurrent(1)
		}
	}
}

func (b *bars) done() {
	b.mu.Lock()
	b.finish()
	b.mu.Unlock()
	b.all.Wait()
}

// lines writes a JSON line at most once a second, and one as a stage begins
// and ends.
type lines struct {
	out io.Writer

	mu      sync.Mutex
	stage   *run.Stage
	written time.Time
}

// Stage writes the stage before and begins another.
func (l *lines) Stage(key string, total int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write()
	l.stage = &run.Stage{Key: key, Total: total, Counts: map[string]int64{}}
	l.write()
}

// Add counts items.
func (l *lines) Add(outcome string, n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stage == nil {
		return
	}
	l.stage.Counts[outcome] += n
	if time.Since(l.written) > time.Second {
		l.write()
	}
}

func (l *lines) write() {
	if l.stage == nil {
		return
	}
	b, err := json.Marshal(map[string]any{"stage": l.stage.Key, "total": l.stage.Total, "counts": l.stage.Counts})
	if err == nil {
		_, _ = l.out.Write(append(b, '\n')) // progress is a courtesy: the work goes on without it
	}
	l.written = time.Now()
}

func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write()
}
