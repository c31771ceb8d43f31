package db

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"gotong/internal/access"
)

// areaOwned names the tables whose rows belong to an area. A statement that
// reads or changes one of them must say where the area stands, with the
// marker {scope alias.area}, and runs only for a known actor: the marker
// becomes that actor's areas. So scope is enforced here, once, beneath every
// list, count, export and drop-down; a query that forgets it does not run.
//
// A table without an area column of its own may be listed too: it must then
// be joined with one that has it.
var areaOwned = map[string]bool{
	"family":          true,
	"person":          true,
	"observation":     true,
	"family_change":   true,
	"account":         true,
	"family_rank":     true,
	"village_meeting": true,
	"village_place":   true,
	"outcome":         true,
	"outcome_count":   true,
	"outcome_reason":  true,
	"notice":          true,
	"outcome_row":     true,
	"outcome_tally":   true,
	"graduation":      true,

	"pay_list":               true,
	"pay_list_act":           true,
	"pay_list_sum":           true,
	"instruction":            true,
	"instruction_part":       true,
	"instruction_event":      true,
	"instruction_adjustment": true,
	"payment_file":           true,
	"return_file":            true,
	"return_line":            true,
	"post_proof":             true,
	"payment_exception":      true,
	"handover":               true,
	"recoverable":            true,
	"repayment":              true,
	"payment_hold":           true,
	"payee_route":            true,
	"restoration_statement":  true,

	"issued_document":   true,
	"issued_file":       true,
	"issued_withdrawal": true,

	"goods_depot":       true,
	"goods_emergency":   true,
	"goods_release":     true,
	"goods_transfer":    true,
	"goods_adjustment":  true,
	"goods_movement":    true,
	"goods_balance":     true,
	"goods_order":       true,
	"goods_order_line":  true,
	"goods_receipt":     true,
	"goods_maintenance": true,
	"goods_proof":       true,
	"goods_list":        true,
	"goods_list_item":   true,
	"goods_list_stock":  true,
	"goods_recipient":   true,
	"goods_handover":    true,
	"goods_handed":      true,
	"meal_group":        true,
	"meal_member":       true,
	"meal_client":       true,
	"meal_delivery":     true,
	"meal_money":        true,
	"meal_report":       true,
	"meal_complaint":    true,
	"shop":              true,
	"shop_check":        true,
	"shop_price":        true,
	"shop_finding":      true,

	"duty":              true,
	"duty_event":        true,
	"duty_facility":     true,
	"duty_place":        true,
	"duty_verification": true,
	"duty_effect":       true,
	"duty_appeal":       true,
	"duty_group":        true,
	"duty_member":       true,
	"duty_session":      true,
	"duty_attendance":   true,

	"duplicate_pair":  true,
	"authority_match": true,
	"insight_figure":  true,

	"family_event":        true,
	"carried_observation": true,
	"change_undone":       true,
	"identity_dismissal":  true,
	"not_same":            true,
	"unmasking":           true,

	"right_request": true,
	"suspension":    true,

	"disposal":       true,
	"disposal_item":  true,
	"retention_hold": true,
	"breach_family":  true,

	"quality_figure": true,
	"quality_family": true,
}

// marker is where the actor's areas go: {scope f.area}.
var marker = regexp.MustCompile(`\{scope ([a-z_0-9]+(?:\.[a-z_0-9]+)?)\}`)

var word = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*`)

// scopeCache remembers, for each statement's text, whether it needs a scope,
// and how it reads with the scopes that it was asked with.
type scopeCache struct {
	known   sync.Map // string → statementKind
	written sync.Map // written → string
	count   atomic.Int64
}

// written is a statement for a scope.
type written struct{ query, scope string }

// writtenMost bounds what is remembered: staff have many scopes.
const writtenMost = 20_000

type statementKind int

const (
	plain    statementKind = iota // touches no area-owned table
	marked                        // has a marker
	unmarked                      // touches an area-owned table without a marker
)

func classify(query string) statementKind {
	if marker.MatchString(query) {
		return marked
	}
	previous := ""
	for _, w := range word.FindAllString(stripLiterals(query), -1) {
		w = strings.ToLower(w)
		if areaOwned[w] && previous != "into" {
			return unmarked
		}
		previous = w
	}
	return plain
}

var literal = regexp.MustCompile(`'[^']*'|--[^\n]*`)

func stripLiterals(query string) string { return literal.ReplaceAllString(query, "''") }

// scoped returns query with its markers replaced by the actor's areas.
func (d *DB) scoped(ctx context.Context, query string) (string, error) {
	kind, ok := d.scopes.known.Load(query)
	if !ok {
		kind = classify(query)
		d.scopes.known.Store(query, kind)
	}
	switch kind.(statementKind) {
	case plain:
		return query, nil
	case unmarked:
		return "", fmt.Errorf("db: a statement on an area's rows has no {scope …}: %.80s", query)
	}
	actor, ok := access.From(ctx)
	if !ok {
		return "", fmt.Errorf("db: nobody acts in this context: %.80s", query)
	}
	key := written{query, actor.Scope.String()}
	if text, ok := d.scopes.written.Load(key); ok {
		return text.(string), nil
	}
	text := marker.ReplaceAllStringFunc(query, func(m string) string {
		return scopeSQL(actor.Scope, marker.FindStringSubmatch(m)[1])
	})
	if d.scopes.count.Add(1) < writtenMost {
		d.scopes.written.Store(key, text)
	}
	return text, nil
}

// scopeSQL writes the condition that column lies in scope. Codes are digits
// by construction of the pattern below, so they can stand in the text; a
// code that is not is left out, which narrows and never widens.
func scopeSQL(s access.Scope, column string) string {
	if s.IsNation() {
		return "1=1"
	}
	var ranges []string
	for _, p := range s.Prefixes() {
		if strings.Trim(p, "0123456789") != "" {
			continue
		}
		end := p[:len(p)-1] + string(p[len(p)-1]+1)
		ranges = append(ranges, fmt.Sprintf("(%s >= '%s' AND %s < '%s')", column, p, column, end))
	}
	if len(ranges) == 0 {
		return "1=0"
	}
	return "(" + strings.Join(ranges, " OR ") + ")"
}

// AreaOwned reports whether statements on a table need a scope.
func AreaOwned(table string) bool { return areaOwned[table] }
