package deliverydb

import (
	"context"
	"encoding/hex"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"gotong/internal/bank"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// Forget blanks who was paid, in the transaction of an erasure, and returns
// what else names them.
func (s *Store) Forget(ctx context.Context, g delivery.Gone) (delivery.Named, error) {
	var n delivery.Named
	lines, err := s.named(ctx, g, &n)
	if err != nil || len(lines) == 0 && !g.Whole {
		return n, err
	}
	if err := s.filesOf(ctx, lines, &n); err != nil {
		return n, err
	}
	for _, l := range lines {
		if err := s.forgetLine(ctx, l, &n); err != nil {
			return n, err
		}
	}
	return n, s.forgetFamily(ctx, g, &n)
}

// place is a line of a list.
type place struct {
	list   ident.ID
	no     int64
	family ident.ID
	sealed []byte
}

// named returns the lines that name those who are gone.
func (s *Store) named(ctx context.Context, g delivery.Gone, n *delivery.Named) ([]place, error) {
	where, args := "", []any{g.Family}
	if !g.Whole {
		var of []string
		for _, p := range g.Persons {
			args = append(args, p)
			of = append(of, "$"+strconv.Itoa(len(args)))
		}
		in := strings.Join(of, ", ")
		if in == "" {
			return nil, nil
		}
		where = " AND (i.payee_id IN (" + in + ") OR i.person_id IN (" + in + "))"
	}
	lines, err := db.All(ctx, "deliverydb: lines to be forgotten", "SELECT i.list_id, i.line_no, i.number_sealed FROM instruction i WHERE {scope i.area} AND i.family_id = $1"+where+
		" ORDER BY i.list_id, i.line_no", func(scan db.Scanner, p *place) error { return scan(&p.list, &p.no, &p.sealed) }, args...)
	for i := range lines {
		lines[i].family = g.Family
		if len(lines[i].sealed) > 0 {
			n.Sealed = append(n.Sealed, lines[i].sealed)
		}
	}
	n.Lines = len(lines)
	return lines, err
}

// filesOf adds the order and return files of the lists that lines stand in.
func (s *Store) filesOf(ctx context.Context, lines []place, n *delivery.Named) error {
	var lists []ident.ID
	for _, l := range lines {
		if len(lists) == 0 || lists[len(lists)-1] != l.list {
			lists = append(lists, l.list)
		}
	}
	for _, list := range lists {
		orders, err := s.cutsOf(ctx, list)
		if err != nil {
			return err
		}
		returns, err := db.All(ctx, "deliverydb: files to be forgotten", "SELECT f.sha256, f.at FROM return_file f WHERE {scope f.area} AND f.list_id = $1", manyFile(func(sum []byte) string { return delivery.ReturnName(sum) }), list)
		if err != nil {
			return err
		}
		n.Files = slices.Concat(n.Files, orders, returns)
	}
	return nil
}

// cutsOf returns the order files of a list: the one that counts, and those
// that were cut before it.
func (s *Store) cutsOf(ctx context.Context, list ident.ID) ([]delivery.ManyFile, error) {
	all, err := db.All(ctx, "deliverydb: files to be forgotten", "SELECT f.name, f.cut_at FROM payment_file f WHERE {scope f.area} AND f.list_id = $1 AND f.name <> '' AND f.cut_at IS NOT NULL",
		manyFile(func(name string) string { return name }), list)
	if err != nil || len(all) == 0 {
		return all, err
	}
	acts, err := s.Acts(ctx, list)
	if err != nil {
		return all, err
	}
	o, ending := bank.Order{Cut: 1}, path.Ext(all[0].Name)
	if o.Batch, err = db.One(ctx, "deliverydb: batch of a file", "delivery.no_file", "SELECT f.batch FROM payment_file f WHERE {scope f.area} AND f.list_id = $1",
		func(scan db.Scanner, batch *string) error { return scan(batch) }, list); err != nil {
		return all, err
	}
	for _, a := range acts {
		if a.Kind == delivery.ActRecut {
			if name := o.File() + ending; name != all[0].Name {
				all = append(all, delivery.ManyFile{Name: name, On: all[0].On})
			}
			o.Cut++
		}
	}
	return all, nil
}

// manyFile reads a file's key and day.
func manyFile[K any](name func(K) string) func(db.Scanner, *delivery.ManyFile) error {
	return func(scan db.Scanner, f *delivery.ManyFile) error {
		var key K
		var at int64
		err := scan(&key, &at)
		f.Name, f.On = name(key), civil.OfTime(time.UnixMilli(at))
		return err
	}
}

// forgetLine blanks a line with its proofs.
func (s *Store) forgetLine(ctx context.Context, l place, n *delivery.Named) error {
	proofs, err := db.All(ctx, "deliverydb: proofs to be forgotten", `SELECT p.photo, p.signature FROM post_proof p
		JOIN instruction i ON i.list_id = p.list_id AND i.line_no = p.line_no WHERE p.list_id = $1 AND p.line_no = $2 AND {scope i.area}`,
		func(scan db.Scanner, pair *[2][]byte) error { return scan(&pair[0], &pair[1]) }, l.list, l.no)
	if err != nil {
		return err
	}
	for _, pair := range proofs {
		for _, sum := range pair {
			if name := hex.EncodeToString(sum); name != "" && !slices.Contains(n.Pictures, name) {
				n.Pictures = append(n.Pictures, name)
			}
		}
	}
	const ours = " AND EXISTS (SELECT 1 FROM instruction i WHERE {scope i.area} AND i.list_id = $1 AND i.line_no = $2)"
	for _, q := range []struct {
		text string
		args []any
	}{
		{"UPDATE post_proof SET lat = '', lon = '', photo = $3, signature = $3 WHERE list_id = $1 AND line_no = $2" + ours, []any{l.list, l.no, []byte{}}},
		{"UPDATE handover SET receiver = $3, proof = '' WHERE list_id = $1 AND line_no = $2" + ours, []any{l.list, l.no, registry.Nobody}},
		{`UPDATE pay_list_act SET note = '' WHERE list_id = $1 AND note <> '' AND kind IN ('held', 'unheld', 'reissued', 'remitted', 'requeued', 'dropped', 'corrected')
			AND act IN (SELECT v.act FROM instruction_event v WHERE v.list_id = $1 AND v.line_no = $2)` + ours, []any{l.list, l.no}},
		{"UPDATE payment_exception SET detail = '', note = '' WHERE {scope area} AND list_id = $1 AND line_no = $2 AND family_id = $3", []any{l.list, l.no, l.family}},
		{"UPDATE recoverable SET waived_note = CASE WHEN waived_note = '' THEN '' ELSE $3 END WHERE {scope area} AND list_id = $1 AND line_no = $2", []any{l.list, l.no, registry.Nobody}},
		{"UPDATE instruction SET holder = $3, number_sealed = NULL, number_blind = NULL, number_masked = '' WHERE {scope area} AND list_id = $1 AND line_no = $2", []any{l.list, l.no, registry.Nobody}},
	} {
		if err := db.Exec(ctx, "deliverydb: forgetting a line", q.text, q.args...); err != nil {
			return err
		}
	}
	return nil
}

// forgetFamily blanks who received for a family and why its money was held.
// When only some of it go, the route by which the others are paid stays.
func (s *Store) forgetFamily(ctx context.Context, g delivery.Gone, n *delivery.Named) error {
	which := ""
	if !g.Whole {
		which = " AND status IN ('refused', 'ended')"
	}
	routes, err := db.All(ctx, "deliverydb: routes to be forgotten", "SELECT r.number_sealed FROM payee_route r WHERE {scope r.area} AND r.family_id = $1"+which,
		func(scan db.Scanner, b *[]byte) error { return scan(b) }, g.Family)
	if err != nil {
		return err
	}
	for _, sealed := range routes {
		if len(sealed) > 0 {
			n.Sealed = append(n.Sealed, sealed)
		}
	}
	n.Routes = len(routes)
	err = db.Exec(ctx, "deliverydb: forgetting routes", `UPDATE payee_route SET holder = $2, relation = '', number_sealed = NULL, number_blind = NULL, number_masked = '',
		evidence = $2, note = '' WHERE {scope area} AND family_id = $1`+which, g.Family, registry.Nobody)
	if err != nil {
		return err
	}
	return db.Exec(ctx, "deliverydb: forgetting holds", `UPDATE payment_hold SET reason = $2, lifted_why = CASE WHEN lifted_why = '' THEN '' ELSE $2 END
		WHERE {scope area} AND family_id = $1 AND ($3 = 1 OR lifted_by IS NOT NULL)`, g.Family, registry.Nobody, db.Flag(g.Whole))
}
