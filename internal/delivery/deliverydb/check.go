package deliverydb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/delivery"
)

// What has died with its line i: all of one that is cancelled or paid anew,
// and back pay that is owed again, since it was remitted, or dropped together
// with the instalment beside which it stood.
const (
	ended     = `i.status IN ('cancelled', 'reissued')`
	owedAgain = `(i.status = 'remitted' OR i.status = 'dropped' AND EXISTS (SELECT 1 FROM instruction_part o
		WHERE o.list_id = i.list_id AND o.line_no = i.line_no AND o.family_id = i.family_id AND o.component NOT LIKE '%:susulan'))`
	deadPart       = `(` + ended + ` OR p.component LIKE '%:susulan' AND ` + owedAgain + `)`
	deadAdjustment = `(` + ended + ` OR a.kind = 'repaid' AND ` + owedAgain + `)`
)

// checks are one query an invariant: each returns a text for what must not
// be. They read the rows themselves and rest on no index or constraint.
var checks = []struct{ invariant, query string }{
	{delivery.PaidOnce, `SELECT p.programme || ' ' || p.period || ': ' || COUNT(*) || ' living parts for one' FROM instruction_part p
		JOIN instruction i ON i.list_id = p.list_id AND i.line_no = p.line_no AND i.family_id = p.family_id
		WHERE NOT ` + deadPart + ` AND {scope i.area}
		GROUP BY p.programme, p.period, p.beneficiary_id, p.component HAVING COUNT(*) > 1`},
	{delivery.PaidOnce, `SELECT l.number || ' line ' || i.line_no || ': a part lives otherwise than its line' FROM instruction_part p
		JOIN instruction i ON i.list_id = p.list_id AND i.line_no = p.line_no AND i.family_id = p.family_id
		JOIN pay_list l ON l.id = i.list_id
		WHERE p.live <> CASE WHEN ` + deadPart + ` THEN 0 ELSE 1 END AND {scope i.area}`},
	{delivery.PartsAddUp, `SELECT l.number || ' line ' || i.line_no || ': ' || i.amount || ' is not the sum of its parts' FROM instruction i
		JOIN pay_list l ON l.id = i.list_id
		LEFT JOIN (SELECT p.list_id, p.line_no, SUM(p.amount) AS total FROM instruction_part p GROUP BY p.list_id, p.line_no) p
			ON p.list_id = i.list_id AND p.line_no = i.line_no
		WHERE COALESCE(p.total, 0) <> i.amount AND {scope i.area}`},
	{delivery.AdjustedOnce, `SELECT a.kind || ': ' || COUNT(*) || ' living adjustments for one consequence' FROM instruction_adjustment a
		JOIN instruction i ON i.list_id = a.list_id AND i.line_no = a.line_no AND i.family_id = a.family_id
		WHERE NOT ` + deadAdjustment + ` AND {scope i.area} GROUP BY a.ref, a.kind HAVING COUNT(*) > 1`},
	{delivery.AdjustedOnce, `SELECT l.number || ' line ' || i.line_no || ': pays back ' || a.amount || ', withheld were ' || w.amount FROM instruction_adjustment a
		JOIN instruction i ON i.list_id = a.list_id AND i.line_no = a.line_no AND i.family_id = a.family_id JOIN pay_list l ON l.id = i.list_id
		JOIN instruction_adjustment w ON w.ref = a.ref AND w.kind = 'withheld' AND w.live = 1
		WHERE a.kind = 'repaid' AND a.live = 1 AND a.amount <> w.amount AND {scope i.area}`},
	{delivery.AdjustedOnce, `SELECT l.number || ' line ' || i.line_no || ': an adjustment lives otherwise than its line' FROM instruction_adjustment a
		JOIN instruction i ON i.list_id = a.list_id AND i.line_no = a.line_no AND i.family_id = a.family_id JOIN pay_list l ON l.id = i.list_id
		WHERE a.live <> CASE WHEN ` + deadAdjustment + ` THEN 0 ELSE 1 END AND {scope i.area}`},
	{delivery.AccountsMatch, `SELECT f.fund || ' ' || k.kind || ': the account holds ' || COALESCE(b.balance, 0) || ', the lines ' || (COALESCE(n.total, 0) + CASE k.kind WHEN 'remitted' THEN COALESCE(r.repaid, 0) ELSE 0 END)
		FROM (SELECT DISTINCT l.fund FROM pay_list l WHERE {scope l.area}) f
		CROSS JOIN (SELECT 'released' AS kind, 'released' AS status UNION ALL SELECT 'channel', 'sent' UNION ALL SELECT 'credited', 'credited'
			UNION ALL SELECT 'returned', 'returned' UNION ALL SELECT 'withdrawn', 'withdrawn' UNION ALL SELECT 'unclaimed', 'unclaimed' UNION ALL SELECT 'remitted', 'remitted') k
		LEFT JOIN (SELECT l.fund, i.status, SUM(i.amount - i.short) AS total FROM instruction i JOIN pay_list l ON l.id = i.list_id GROUP BY l.fund, i.status) n
			ON n.fund = f.fund AND n.status = k.status
		LEFT JOIN (SELECT a.fund, a.kind, SUM(m.amount) AS balance FROM ledger_line m JOIN ledger_account a ON a.code = m.code GROUP BY a.fund, a.kind) b
			ON b.fund = f.fund AND b.kind = k.kind
		LEFT JOIN (SELECT l.fund, SUM(c.paid) AS repaid FROM recoverable c JOIN pay_list l ON l.id = c.list_id GROUP BY l.fund) r ON r.fund = f.fund
		WHERE COALESCE(b.balance, 0) <> COALESCE(n.total, 0) + CASE k.kind WHEN 'remitted' THEN COALESCE(r.repaid, 0) ELSE 0 END`},
	{delivery.ClaimsMatch, `SELECT f.fund || ': recoverable holds ' || COALESCE(b.balance, 0) || ', the claims ' || COALESCE(n.total, 0)
		FROM (SELECT DISTINCT l.fund FROM pay_list l WHERE {scope l.area}) f
		LEFT JOIN (SELECT l.fund, SUM(CASE c.status WHEN 'waived' THEN 0 ELSE c.amount - c.paid END) AS total
			FROM recoverable c JOIN pay_list l ON l.id = c.list_id GROUP BY l.fund) n ON n.fund = f.fund
		LEFT JOIN (SELECT a.fund, SUM(m.amount) AS balance FROM ledger_line m JOIN ledger_account a ON a.code = m.code
			WHERE a.kind = 'recoverable' GROUP BY a.fund) b ON b.fund = f.fund
		WHERE COALESCE(b.balance, 0) <> COALESCE(n.total, 0)`},
	{delivery.ClaimsMatch, `SELECT l.number || ' line ' || c.line_no || ': repaid ' || c.paid || ', the instalments ' || COALESCE(p.total, 0)
		FROM recoverable c JOIN pay_list l ON l.id = c.list_id
		LEFT JOIN (SELECT recoverable_id, SUM(amount) AS total FROM repayment WHERE status = 'approved' GROUP BY recoverable_id) p ON p.recoverable_id = c.id
		WHERE c.paid <> COALESCE(p.total, 0) AND {scope c.area}`},
	{delivery.LineChains, `SELECT l.number || ' line ' || e.line_no || ' act ' || e.act || ': a step of ' || e.amount || ' of ' || i.amount FROM instruction_event e
		JOIN instruction i ON i.list_id = e.list_id AND i.line_no = e.line_no AND i.family_id = e.family_id
		JOIN pay_list l ON l.id = i.list_id
		WHERE e.amount <> i.amount AND e.amount <> i.amount - i.short AND {scope i.area}`},
	{delivery.TwoHands, `SELECT 'exception of ' || l.number || ': approved by its proposer' FROM payment_exception x JOIN pay_list l ON l.id = x.list_id
		WHERE x.approver = x.proposer AND {scope x.area}
		UNION ALL SELECT 'claim of ' || l.number || ': of one person' FROM recoverable c JOIN pay_list l ON l.id = c.list_id
		WHERE (c.approver = c.proposer OR c.waived_by = c.waiver) AND {scope c.area}
		UNION ALL SELECT 'instalment of ' || l.number || ': approved by its proposer' FROM repayment p
		JOIN recoverable c ON c.id = p.recoverable_id JOIN pay_list l ON l.id = c.list_id WHERE p.approver = p.proposer AND {scope c.area}
		UNION ALL SELECT 'route: approved by its proposer' FROM payee_route r WHERE r.approver = r.proposer AND {scope r.area}
		UNION ALL SELECT 'hold: lifted by who placed it' FROM payment_hold h WHERE h.lifted_by = h.placed_by AND {scope h.area}`},
	{delivery.EntriesTraced, `SELECT l.number || ' act ' || a.act || ': the entry moves ' || COALESCE(m.total, 0) || ', the lines ' || COALESCE(e.total, 0)
		FROM pay_list_act a JOIN pay_list l ON l.id = a.list_id
		LEFT JOIN (SELECT entry, SUM(amount) AS total FROM ledger_line WHERE amount > 0 GROUP BY entry) m ON m.entry = a.entry
		LEFT JOIN (SELECT e.list_id, e.act, SUM(e.amount) AS total FROM instruction_event e GROUP BY e.list_id, e.act) e
			ON e.list_id = a.list_id AND e.act = a.act
		WHERE a.entry IS NOT NULL AND COALESCE(m.total, -1) <> COALESCE(e.total, 0) AND {scope l.area}`},
	{delivery.LinesFollow, `SELECT l.number || ' line ' || i.line_no || ' is ' || i.status || ', last put elsewhere' FROM instruction i
		JOIN pay_list l ON l.id = i.list_id
		LEFT JOIN instruction_event e ON e.list_id = i.list_id AND e.line_no = i.line_no
			AND e.act = (SELECT MAX(x.act) FROM instruction_event x WHERE x.list_id = i.list_id AND x.line_no = i.line_no)
		WHERE COALESCE(e.status, 'planned') <> i.status AND {scope i.area}`},
	{delivery.ThreeHands, `SELECT l.number || ': ' || l.status || ' without three hands' FROM pay_list l
		WHERE {scope l.area} AND (l.checker = l.maker OR l.releaser = l.maker OR l.releaser = l.checker
			OR (l.status IN ('released', 'sent', 'settled') AND (l.releaser IS NULL OR l.checker IS NULL OR l.checked_digest <> l.digest)))`},
	{delivery.FilesMatch, `SELECT f.batch || ': the file says ' || f.lines || ' lines and ' || f.total || ', the list ' || COALESCE(n.lines, 0) || ' and ' || COALESCE(n.total, 0)
		FROM payment_file f
		LEFT JOIN (SELECT i.list_id, COUNT(*) AS lines, SUM(i.amount) AS total FROM instruction i
			WHERE i.status NOT IN ('planned', 'held', 'cancelled', 'dropped') GROUP BY i.list_id) n ON n.list_id = f.list_id
		WHERE (f.lines <> COALESCE(n.lines, 0) OR f.total <> COALESCE(n.total, 0)) AND {scope f.area}`},
}

// Check looks for what must not be.
func (s *Store) Check(ctx context.Context) ([]delivery.Violation, error) {
	const enough = " LIMIT 100"
	var all []delivery.Violation
	for _, c := range checks {
		rows, err := db.From(ctx).Query(ctx, c.query+enough)
		err = db.Each(rows, err, func(rows *sql.Rows) error {
			v := delivery.Violation{Invariant: c.invariant}
			err := rows.Scan(&v.What)
			all = append(all, v)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("deliverydb: checking %s: %w", c.invariant, err)
		}
	}
	return all, nil
}
