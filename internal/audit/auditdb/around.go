package auditdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gotong/internal/audit"
	"gotong/internal/db"
)

// levels are the lengths of area codes.
var levels = []int{2, 4, 6, 10}

// Around counts, by the index on what was done to many, acts in the areas
// that hold area: itself, those around it, and the nation.
func (s *Store) Around(ctx context.Context, area string) ([]audit.Many, error) {
	tx := db.From(ctx)
	args := []any{"*"}
	places := []string{"$1"}
	for _, n := range levels {
		if n <= len(area) {
			args = append(args, area[:n])
			places = append(places, "$"+strconv.Itoa(len(args)))
		}
	}
	type group struct {
		audit.Many
		seq int64
	}
	var groups []group
	rows, err := tx.Query(ctx, `SELECT e.area, e.action, e.actor, count(*), max(e.seq) FROM audit_entry e
		WHERE e.subject = '' AND e.area IN (`+strings.Join(places, ", ")+`) GROUP BY e.area, e.action, e.actor ORDER BY 5 DESC`, args...)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var g group
		err := rows.Scan(&g.Area, &g.Action, &g.Actor, &g.Times, &g.seq)
		groups = append(groups, g)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("auditdb: acts on many: %w", err)
	}
	all := make([]audit.Many, len(groups))
	for i, g := range groups {
		var b []byte
		var at int64
		if err := tx.QueryRow(ctx, "SELECT at, record FROM audit_entry WHERE seq = $1", g.seq).Scan(&at, &b); err != nil {
			return nil, fmt.Errorf("auditdb: acts on many: %w", err)
		}
		var e audit.Entry
		if err := json.Unmarshal(b, &e); err != nil {
			return nil, err
		}
		g.Last, g.Roles, g.Purpose, g.Fields = time.UnixMilli(at).UTC(), e.Roles, e.Purpose, e.Fields
		all[i] = g.Many
	}
	return all, nil
}
