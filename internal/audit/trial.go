package audit

import "context"

// Trial is what an act told the log that was only tried: its transaction is
// undone and nothing was done, but whoever tried it was shown what it would
// do, and to whom.
type Trial struct{ acts []Act }

type trialKey struct{}

// Trying returns a context in which what the log is told is noted in t, too.
func Trying(ctx context.Context, t *Trial) context.Context {
	return context.WithValue(ctx, trialKey{}, t)
}

// note keeps the acts that are recorded while something is tried.
func note(ctx context.Context, acts []Act) {
	if t, ok := ctx.Value(trialKey{}).(*Trial); ok {
		t.acts = append(t.acts, acts...)
	}
}

// Keep records a trial once its transaction is undone: each act as a look at
// those whom it was on, with the act's own name in the detail.
func (l *Log) Keep(ctx context.Context, t *Trial) error {
	looks := make([]Act, len(t.acts))
	for i, a := range t.acts {
		a.Detail, a.Action = a.Action, "trial.many"
		if OfOne(a.Detail) {
			a.Action = "trial.one"
		}
		looks[i] = a
	}
	return l.Append(ctx, looks...)
}
