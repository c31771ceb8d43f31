// Package run carries long work: an import, a snapshot, a ranking, a
// determination, a pay list. A run is resumable, cancellable, can be tried
// dry, and shows live counts; it never happens inside a request.
package run

// Progress is how long work tells how far it is. The work reports stages,
// each with a total that is 0 while unknown, and counts by outcome within the
// stage ("ok", "rejected", "entitled", …). Implementations are safe for
// concurrent use and cheap enough to call for every thousand items.
//
// Cancellation arrives through the context, never through Progress.
type Progress interface {
	// Stage begins a stage; key names it in locales as run.stage.KEY.
	Stage(key string, total int64)
	// Add counts n more items with an outcome; "" where there is only one.
	Add(outcome string, n int64)
}

// Silent is a Progress that nobody watches.
type Silent struct{}

// Stage does nothing.
func (Silent) Stage(string, int64) {}

// Add does nothing.
func (Silent) Add(string, int64) {}
