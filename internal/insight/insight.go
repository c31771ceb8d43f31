// Package insight counts: how many families, in which deciles, reached by
// which programme, with how much money, and where.
//
// The counts are kept ready by area, from village to nation, so that a page
// is quick over a register of any size. Refresh makes them anew from the
// slices' own tables after each run; every count carries the day that it
// speaks of, the source that it was counted from, and when.
//
// Staff see exact counts of their own areas. What is published passes
// Disclosure first, which hides small groups and rounds.
package insight

import (
	"context"
	"time"

	"gotong/internal/civil"
)

// Measure is one thing that is counted, made anew as a whole.
type Measure string

// The measures, and what Part and Split of their figures say.
const (
	Families   Measure = "families"   // split: status of the family
	Persons    Measure = "persons"    // split: status of the family; its members on record
	Deciles    Measure = "deciles"    // split: "1" to "10", or Unknown; families on record
	Coverage   Measure = "coverage"   // part: programme; split: outcome; amount: annual rupiah
	Reached    Measure = "reached"    // split: entitled or undetermined; families with at least one such outcome
	Money      Measure = "money"      // part: programme; split: status of the instruction; amount: rupiah
	Duplicates Measure = "duplicates" // split: status of the pair; pairs of which both lie in the area
	Poverty    Measure = "poverty"    // split: one of the Poverty… names below; from regencies up
)

// Measures lists the measures in the order in which they are made.
var Measures = []Measure{Families, Persons, Deciles, Coverage, Reached, Money, Duplicates, Poverty}

// Unknown is the split of families that could not be ranked.
const Unknown = "unknown"

// Splits of Poverty: the fields of targeting.Measure.
const (
	PovertyFamilies = "families"
	PovertyPersons  = "persons"
	PovertyPoor     = "poor"
	PovertyExtreme  = "extreme"
	PovertyUnknown  = "unknown"
	PovertyGap      = "gap"    // amount
	PovertySquare   = "square" // amount
)

// Figure is one count in one area.
type Figure struct {
	Area    string // Kemendagri code; "" is the nation
	Measure Measure
	Part    string
	Split   string
	Count   int64
	Amount  int64 // rupiah, or millionths in Poverty
}

// Source says where the figures of a measure come from.
type Source struct {
	Measure    Measure
	Area       string     // what it speaks of: a regency, or "" for all
	Name       string     // such as the model's code; may be empty
	AsOf       civil.Date // the day that the figures speak of
	ComputedAt time.Time
}

// Store keeps figures, and reads what they are counted from.
type Store interface {
	// Gather counts a measure in the slices' tables and emits figures of the
	// smallest areas there are. It returns its sources; one with a zero AsOf
	// speaks of the present day.
	Gather(ctx context.Context, m Measure, emit func(Figure)) ([]Source, error)
	// Replace puts figures and sources in the place of all those of a measure.
	Replace(ctx context.Context, m Measure, figures []Figure, sources []Source) error
	// Figures returns the figures of areas as far as they lie in the actor's.
	Figures(ctx context.Context, areas []string) ([]Figure, error)
	// Below returns the figures of the areas right below a parent as far as
	// they lie in the actor's, by area.
	Below(ctx context.Context, parent string) ([]Figure, error)
	// Regencies returns the figures of a measure of every regency, by area,
	// as far as they lie in the actor's.
	Regencies(ctx context.Context, m Measure) ([]Figure, error)
	// Sources returns every source.
	Sources(ctx context.Context) ([]Source, error)
}
