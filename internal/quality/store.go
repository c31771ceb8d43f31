package quality

import (
	"context"
	"time"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/registry"
)

// Day is a day on which the register was measured.
type Day struct {
	On       civil.Date
	At       time.Time
	Turn     int64 // of the notes on families that belong to it
	Families int64
}

// Store keeps figures and what is to be mended. Every method works in the
// transaction of its context.
type Store interface {
	// Regencies returns the regencies, of four digits, that have families.
	Regencies(ctx context.Context) ([]string, error)
	// Around reads what is known of the families of the actor's areas beside
	// their records: visited counts from a day on, by some sources.
	Around(ctx context.Context, sources []string, from civil.Date) (*Around, error)

	// Days returns the days that were measured, the newest first.
	Days(ctx context.Context) ([]Day, error)
	// Begin removes the figures of a day, and the notes of a turn that a
	// dying process left.
	Begin(ctx context.Context, day civil.Date, turn int64) error
	// KeepFigures and KeepStates keep some of a day's.
	KeepFigures(ctx context.Context, day civil.Date, figures []Figure) error
	KeepStates(ctx context.Context, turn int64, states []State) error
	// Finish makes a day count.
	Finish(ctx context.Context, d Day) error
	// DropDays removes days with their figures.
	DropDays(ctx context.Context, days []civil.Date) error
	// DropStates removes some notes of turns before one, and reports whether
	// there are more.
	DropStates(ctx context.Context, before int64) (more bool, err error)

	// Figures returns the figures of areas on a day as far as they lie in the
	// actor's, Below those of the areas right below one.
	Figures(ctx context.Context, day civil.Date, areas []string) ([]Figure, error)
	Below(ctx context.Context, day civil.Date, parent string) ([]Figure, error)

	// List returns families of a turn, by area and id, after a place; Count
	// counts them, and Totals sums their issues.
	List(ctx context.Context, turn int64, f Filter, after registry.Place, limit int) ([]Row, error)
	Count(ctx context.Context, turn int64, f Filter) (int64, error)
}

// Filter chooses families.
type Filter struct {
	Area      string
	Issue     Issue // has any of these; 0: every family
	Missing   string
	Warning   string
	Programme string
	Step      int // -1: any
}

// Row is a family in a list of what is to be mended.
type Row struct {
	State
	HeadName string // empty, as what follows: it is not on record in that place any more
	Address  string
	RT, RW   string
}

// Register is what quality reads of the register.
type Register interface {
	ScanNumbers(ctx context.Context, purpose access.Purpose, fn func(*registry.Record, []registry.IdentityWarning) error) error
	Today() civil.Date
}
