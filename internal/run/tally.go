package run

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// tally is the Progress of a run that is being worked on here. It also tells
// a watcher, such as a progress bar, where there is one.
type tally struct {
	watcher Progress
	now     func() time.Time

	mu     sync.Mutex
	stages []Stage
}

// Stage begins a stage.
func (t *tally) Stage(key string, total int64) {
	t.watcher.Stage(key, total)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stages = append(t.stages, Stage{Key: key, Total: total, Began: t.now(), Counts: map[string]int64{}})
}

// Add counts items in the current stage.
func (t *tally) Add(outcome string, n int64) {
	t.watcher.Add(outcome, n)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.stages) > 0 {
		t.stages[len(t.stages)-1].Counts[outcome] += n
	}
}

func (t *tally) snapshot() Snapshot {
	t.mu.Lock()
	defer t.mu.Unlock()
	stages := slices.Clone(t.stages)
	for i := range stages {
		stages[i].Counts = maps.Clone(stages[i].Counts)
	}
	return Snapshot{Stages: stages}
}
