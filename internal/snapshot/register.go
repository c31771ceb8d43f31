package snapshot

import (
	"context"
	"slices"

	"gotong/internal/access"
	"gotong/internal/registry"
)

// Register is a Source that reads package registry.
type Register struct {
	Service interface {
		Scan(ctx context.Context, purpose access.Purpose, fn func(*registry.Record) error) error
	}
}

// Active implements Source.
func (r Register) Active(ctx context.Context, fn func(*Record) error) (Mark, error) {
	var mark Mark
	err := r.Service.Scan(ctx, access.PurposeDetermination, func(from *registry.Record) error {
		mark.Families++
		mark.Persons += int64(len(from.Members))
		mark.Changes += int64(from.Family.Version)
		if rec := RecordOf(from); rec != nil {
			return fn(rec)
		}
		return nil
	})
	return mark, err
}

// RecordOf copies what a snapshot holds of a record, which a scan uses again;
// nil for a family that does not count or has nobody left.
func RecordOf(from *registry.Record) *Record {
	if from.Family.Status != registry.FamilyActive {
		return nil
	}
	rec := &Record{Family: from.Family.ID, Area: from.Family.Area, Facts: slices.Clone(from.Family.Facts)}
	for i := range from.Members {
		p := &from.Members[i]
		if p.Status != registry.PersonActive {
			continue
		}
		m := Member{ID: p.ID, Female: p.Female, Relation: p.Relation, HasNIK: len(p.NIKBlind) > 0, Facts: slices.Clone(p.Facts)}
		if p.Born != nil {
			born := *p.Born
			m.Born = &born
		}
		rec.Members = append(rec.Members, m)
	}
	if len(rec.Members) == 0 {
		return nil
	}
	return rec
}
