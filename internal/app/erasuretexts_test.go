package app_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gotong/internal/ident"
)

// staysWritten are the texts of tables about families that an erasure leaves,
// as they name nobody: codes, days, areas, the logins of staff, and pseudonyms.
// A column that is neither here nor emptied fails the test.
var staysWritten = strings.Fields(`area area_to kind status state class fate since until due programme version condition component unit via period sanction month day
	from_day effective_on observed_on valid_from exit list road bank code outcome channel actor login proposer proposed_by approver approved_by decided_by dismissed_by
	placed_by lifted_by taken_by given_by by_login begun_by ended_by noticed_by waived_by maker carrier issued_by source basis came purpose mark subject lang
	number title office short_code seal detail=outcome_row lines=outcome excuse=duty misses=duty_effect changes=family_event missing=quality_family
	warnings=quality_family programmes=quality_family said=payment_exception action=payment_exception cause debtor waiver attend evidence=family_event
	evidence=family_change reason=disposal_item pieces=authority_match born withdrawn`)

// marked is what is written into every text about a family.
const marked = "Zwqxmarked"

func markOf(family ident.ID) string { return marked + family.String() }

// mark writes a word that says where it stands into every text of every table
// that names a family, as if staff had written it there: also where the
// database lets nothing be changed. It returns the places.
func mark(t *testing.T, pool *sql.DB, family ident.ID) (places []string) {
	t.Helper()
	triggers := twoTexts(t, pool, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
	for _, x := range triggers {
		ran(t, pool, "DROP TRIGGER "+x[0])
	}
	for _, x := range twoTexts(t, pool, `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.type = 'TEXT' AND m.name NOT LIKE 'audit_%'
		AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) f WHERE f.name = 'family_id') ORDER BY 1, 2`) {
		if slices.Contains(staysWritten, x[1]) || slices.Contains(staysWritten, x[1]+"="+x[0]) || x[1] == "body" {
			continue
		}
		place := x[0] + "." + x[1]
		result, err := pool.ExecContext(t.Context(), fmt.Sprintf("UPDATE OR IGNORE %s SET %s = $1 WHERE family_id = $2 AND %s IS NOT NULL", x[0], x[1], x[1]), markOf(family), family)
		if err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		if n, _ := result.RowsAffected(); n > 0 {
			places = append(places, place)
		}
	}
	for _, x := range triggers {
		ran(t, pool, x[1])
	}
	return places
}

// stillMarked returns the places where the word of a family that is gone is left.
func stillMarked(t *testing.T, pool *sql.DB, gone map[ident.ID]bool) []string {
	t.Helper()
	var left []string
	for _, x := range twoTexts(t, pool, `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type IN ('TEXT', 'BLOB') ORDER BY 1, 2`) {
		for _, text := range textsOf(t, pool, fmt.Sprintf("SELECT %s FROM %s WHERE instr(%s, '%s') > 0", x[1], x[0], x[1], marked)) {
			for family := range gone {
				if strings.Contains(text, markOf(family)) {
					left = append(left, x[0]+"."+x[1])
				}
			}
		}
	}
	return slices.Compact(left)
}

func twoTexts(t *testing.T, pool *sql.DB, query string) (all [][2]string) {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var x [2]string
		if err := rows.Scan(&x[0], &x[1]); err != nil {
			t.Fatal(err)
		}
		all = append(all, x)
	}
	return all
}

func ran(t *testing.T, pool *sql.DB, statement string) {
	t.Helper()
	if _, err := pool.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatal(statement, err)
	}
}
