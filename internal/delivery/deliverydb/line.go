package deliverydb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/ident"
)

// Living gives all living parts of a programme and period.
func (s *Store) Living(ctx context.Context, programme string, p delivery.Period, fn delivery.Living) error {
	rows, err := db.From(ctx).Query(ctx, `SELECT p.beneficiary_id, p.component FROM instruction_part p
		JOIN instruction i ON i.list_id = p.list_id AND i.line_no = p.line_no AND i.family_id = p.family_id
		WHERE p.programme = $1 AND p.period = $2 AND p.live = 1 AND {scope i.area}`, programme, p.String())
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var id ident.ID
		var component string
		err := rows.Scan(&id, &component)
		fn(id, component)
		return err
	})
	if err != nil {
		return fmt.Errorf("deliverydb: reading what is paid: %w", err)
	}
	return nil
}

const lineColumns = `i.list_id, i.line_no, i.family_id, i.person_id, i.payee_id, i.area, i.bank, i.number_sealed, i.number_blind,
	i.number_masked, i.holder, i.amount, i.short, i.status, i.code, i.settled_at`

func scanLine(scan func(...any) error, i *delivery.Instruction, more ...any) error {
	var settled sql.NullInt64
	err := scan(append([]any{&i.ListID, &i.LineNo, &i.FamilyID, &i.PersonID, &i.PayeeID, &i.Area, &i.Bank, &i.Sealed, &i.Blind,
		&i.Masked, &i.Holder, &i.Amount, &i.Short, &i.Status, &i.Code, &settled}, more...)...)
	i.SettledAt = db.Instant(settled)
	return err
}

// Lines gives the lines of a list in a status, by number.
func (s *Store) Lines(ctx context.Context, id ident.ID, status delivery.Status, fn func(*delivery.Instruction) error) error {
	rows, err := db.From(ctx).Query(ctx, "SELECT "+lineColumns+` FROM instruction i
		WHERE i.list_id = $1 AND ($2 = '' OR i.status = $2) AND {scope i.area} ORDER BY i.line_no`, id, string(status))
	var i delivery.Instruction
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		i.Sealed, i.Blind = nil, nil
		if err := scanLine(rows.Scan, &i); err != nil {
			return err
		}
		return fn(&i)
	})
	if err != nil {
		return fmt.Errorf("deliverydb: reading lines: %w", err)
	}
	return nil
}

// Parts gives the parts of these lines by line, beneficiary and component.
func (s *Store) Parts(ctx context.Context, id ident.ID, status delivery.Status, fn func(int64, delivery.Part) error) error {
	rows, err := db.From(ctx).Query(ctx, `SELECT p.line_no, p.beneficiary_id, p.component, p.amount, CASE WHEN p.period = l.period THEN '' ELSE p.period END FROM instruction_part p
		JOIN instruction i ON i.list_id = p.list_id AND i.line_no = p.line_no AND i.family_id = p.family_id JOIN pay_list l ON l.id = p.list_id
		WHERE p.list_id = $1 AND ($2 = '' OR i.status = $2) AND {scope i.area}
		ORDER BY p.line_no, p.beneficiary_id, p.component, p.period`, id, string(status))
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var line int64
		var p delivery.Part
		if err := scanPart(rows.Scan, &p, &line); err != nil {
			return err
		}
		return fn(line, p)
	})
	if err != nil {
		return fmt.Errorf("deliverydb: reading parts: %w", err)
	}
	return nil
}

// States returns how every line of a list stands.
func (s *Store) States(ctx context.Context, id ident.ID) (*delivery.States, error) {
	all := &delivery.States{}
	rows, err := db.From(ctx).Query(ctx, `SELECT i.line_no, i.amount, i.short, i.status FROM instruction i
		WHERE i.list_id = $1 AND {scope i.area} ORDER BY i.line_no`, id)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var n int64
		var l delivery.LineState
		if err := rows.Scan(&n, &l.Amount, &l.Short, &l.Status); err != nil {
			return err
		}
		if all.Add(l); n != all.Len() {
			return fmt.Errorf("line %d stands where line %d should", n, all.Len())
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading lines: %w", err)
	}
	return all, nil
}

// Homes returns whose some lines are.
func (s *Store) Homes(ctx context.Context, id ident.ID, lines []int64) (map[int64]delivery.Home, error) {
	all := make(map[int64]delivery.Home, len(lines))
	if len(lines) == 0 {
		return all, nil
	}
	args := []any{id}
	var places strings.Builder
	for _, n := range lines {
		args = append(args, n)
		fmt.Fprintf(&places, ", $%d", len(args))
	}
	rows, err := db.From(ctx).Query(ctx, `SELECT i.line_no, i.family_id, i.area FROM instruction i
		WHERE i.list_id = $1 AND i.line_no IN (`+places.String()[2:]+`) AND {scope i.area}`, args...)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var n int64
		var h delivery.Home
		err := rows.Scan(&n, &h.FamilyID, &h.Area)
		all[n] = h
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading whose lines are: %w", err)
	}
	return all, nil
}

// Forgotten gives the lines of a list that were credited before a time and
// not used since.
func (s *Store) Forgotten(ctx context.Context, id ident.ID, before time.Time, fn func(*delivery.Instruction) error) error {
	rows, err := db.From(ctx).Query(ctx, "SELECT "+lineColumns+` FROM instruction i
		WHERE i.list_id = $1 AND i.status = 'credited' AND i.settled_at < $2 AND {scope i.area} ORDER BY i.line_no`, id, before.UnixMilli())
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var i delivery.Instruction
		if err := scanLine(rows.Scan, &i); err != nil {
			return err
		}
		return fn(&i)
	})
	if err != nil {
		return fmt.Errorf("deliverydb: looking for unused credits: %w", err)
	}
	return nil
}

// Page returns lines with parts, by number.
func (s *Store) Page(ctx context.Context, id ident.ID, f delivery.LineFilter) ([]delivery.Instruction, error) {
	var where strings.Builder
	args := []any{id, f.After}
	and := func(condition, v string) {
		if v != "" {
			args = append(args, v)
			fmt.Fprintf(&where, " AND "+condition, len(args))
		}
	}
	and("i.status = $%d", string(f.Status))
	switch f.Status {
	case delivery.Held, delivery.ReturnedIt, delivery.Reissued, delivery.Remitted, delivery.Unclaimed, delivery.Cancelled, delivery.Dropped:
		// With these words the engines see that the index of rare lines serves.
		where.WriteString(" AND i.status NOT IN ('planned', 'released', 'sent', 'credited', 'withdrawn')")
	}
	and("i.code = $%d", string(f.Code))
	and("i.area LIKE $%d || '%%'", f.Area)
	order := "i.line_no"
	if f.Before > 0 {
		args = append(args, f.Before)
		fmt.Fprintf(&where, " AND i.line_no < $%d", len(args))
		order = "i.line_no DESC"
	}
	args = append(args, max(1, f.Limit))
	rows, err := db.From(ctx).Query(ctx, fmt.Sprintf(`SELECT %s FROM instruction i
		WHERE i.list_id = $1 AND i.line_no > $2 AND {scope i.area}%s ORDER BY %s LIMIT $%d`, lineColumns, where.String(), order, len(args)), args...)
	var all []delivery.Instruction
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var i delivery.Instruction
		err := scanLine(rows.Scan, &i)
		all = append(all, i)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading a page: %w", err)
	}
	if f.Before > 0 {
		slices.Reverse(all)
	}
	return all, s.fillParts(ctx, all)
}

// fillParts fills in the parts of lines that stand in their order.
func (s *Store) fillParts(ctx context.Context, all []delivery.Instruction) error {
	for n := range all {
		i := &all[n]
		rows, err := db.From(ctx).Query(ctx, `SELECT p.beneficiary_id, p.component, p.amount, CASE WHEN p.period = l.period THEN '' ELSE p.period END FROM instruction_part p
			JOIN instruction i ON i.list_id = p.list_id AND i.line_no = p.line_no JOIN pay_list l ON l.id = p.list_id
			WHERE p.list_id = $1 AND p.line_no = $2 AND {scope i.area} ORDER BY p.beneficiary_id, p.component, p.period`, i.ListID, i.LineNo)
		err = db.Each(rows, err, func(rows *sql.Rows) error {
			var p delivery.Part
			err := scanPart(rows.Scan, &p)
			i.Parts = append(i.Parts, p)
			return err
		})
		if err == nil {
			err = s.fillAdjusted(ctx, i)
		}
		if err != nil {
			return fmt.Errorf("deliverydb: reading parts: %w", err)
		}
	}
	return nil
}

// Line returns one line with its parts and its history.
func (s *Store) Line(ctx context.Context, id ident.ID, line int64) (*delivery.Instruction, []delivery.Event, error) {
	all := make([]delivery.Instruction, 1)
	row := db.From(ctx).QueryRow(ctx, "SELECT "+lineColumns+" FROM instruction i WHERE i.list_id = $1 AND i.line_no = $2 AND {scope i.area}", id, line)
	if err := scanLine(row.Scan, &all[0]); err != nil {
		return nil, nil, fmt.Errorf("deliverydb: reading a line: %w", db.NoRows(err, "delivery.no_line"))
	}
	if err := s.fillParts(ctx, all); err != nil {
		return nil, nil, err
	}
	rows, err := db.From(ctx).Query(ctx, "SELECT "+actColumns+`, e.status, e.code FROM instruction_event e
		JOIN instruction i ON i.list_id = e.list_id AND i.line_no = e.line_no
		LEFT JOIN pay_list_act a ON a.list_id = e.list_id AND a.act = e.act
		WHERE e.list_id = $1 AND e.line_no = $2 AND {scope i.area} ORDER BY e.act`, id, line)
	var events []delivery.Event
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var e delivery.Event
		err := scanAct(rows.Scan, &e.Act, &e.Status, &e.Code)
		events = append(events, e)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("deliverydb: reading a line's history: %w", err)
	}
	return &all[0], events, nil
}

// OfFamily returns a family's lines, newest list first.
func (s *Store) OfFamily(ctx context.Context, family ident.ID) ([]delivery.FamilyLine, error) {
	rows, err := db.From(ctx).Query(ctx, "SELECT "+lineColumns+`, l.number, l.programme, l.period, l.channel
		FROM instruction i JOIN pay_list l ON l.id = i.list_id
		WHERE i.family_id = $1 AND {scope i.area} ORDER BY l.made_at DESC, l.number, i.line_no`, family)
	var all []delivery.FamilyLine
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var f delivery.FamilyLine
		var period string
		if err := scanLine(rows.Scan, &f.Instruction, &f.Number, &f.Programme, &period, &f.Means); err != nil {
			return err
		}
		var err error
		f.Period, err = delivery.ParsePeriod(period)
		all = append(all, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading a family's lines: %w", err)
	}
	lines := make([]delivery.Instruction, len(all))
	for i := range all {
		lines[i] = all[i].Instruction
	}
	if err := s.fillParts(ctx, lines); err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Instruction = lines[i]
	}
	return all, nil
}
