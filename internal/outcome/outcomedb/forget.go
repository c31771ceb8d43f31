package outcomedb

import (
	"context"

	"gotong/internal/db"
	"gotong/internal/ident"
)

// Forget empties what was written of why a family that is erased came to the
// end of programmes, and returns of how many. Who decided it, and when, stays.
func (Store) Forget(ctx context.Context, family ident.ID) (int, error) {
	all, err := db.All(ctx, "outcomedb: ends to be forgotten", "SELECT g.id FROM graduation g WHERE {scope g.area} AND g.family_id = $1 AND g.reason || g.note <> ''",
		func(scan db.Scanner, id *ident.ID) error { return scan(id) }, family)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return len(all), db.Exec(ctx, "outcomedb: forgetting ends", "UPDATE graduation SET reason = '', note = '' WHERE {scope area} AND family_id = $1", family)
}
