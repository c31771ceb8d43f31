package determination

import (
	"slices"
	"sync"

	"gotong/internal/column"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/targeting"
)

// memo remembers yes and no of a stretch by the meaning of the rule.
type memo struct {
	mu     sync.Mutex
	truths map[string]rule.Values
	ranked map[string]bool // of truths, those that rest on the ranking
}

func newMemo() *memo { return &memo{truths: map[string]rule.Values{}, ranked: map[string]bool{}} }

// values answers from memory what it can, and by the kernels what it cannot.
func (m *memo) values(b *column.Batch) programme.Values {
	return func(r *rule.Rule) rule.Values {
		if r.Kind() != rule.Bool {
			return r.Kernel().Values(b)
		}
		key := r.Meaning()
		m.mu.Lock()
		v, ok := m.truths[key]
		m.mu.Unlock()
		if ok {
			return v
		}
		v = r.Kernel().Values(b)
		m.mu.Lock()
		defer m.mu.Unlock()
		if len(m.truths) >= maxMemo {
			clear(m.truths)
			clear(m.ranked)
		}
		m.truths[key], m.ranked[key] = v, asksRank(r)
		return v
	}
}

// reranked returns a memory of what does not rest on the ranking.
func (m *memo) reranked() *memo {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := newMemo()
	for key, v := range m.truths {
		if !m.ranked[key] {
			out.truths[key] = v
		}
	}
	return out
}

// asksRank reports whether a rule reads what a ranking says of the family.
func asksRank(r *rule.Rule) bool {
	return slices.ContainsFunc(r.Facts(), func(f rule.Fact) bool { return f.Level == indicator.Family && targeting.IsRank(f.Code) })
}

// maxMemo bounds what is remembered of a stretch: somebody pulling at a
// slider asks many rules.
const maxMemo = 256
