// Package documentdb keeps the register of issued papers in the database.
package documentdb

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

// Store implements document.Store.
type Store struct{}

var _ document.Store = Store{}

// Hold implements document.Store: the series' row is locked by writing it.
func (Store) Hold(ctx context.Context, s document.Series) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO issued_series (code, unit, year, last) VALUES ($1, $2, $3, 0)
		ON CONFLICT (code, unit, year) DO UPDATE SET last = issued_series.last`, s.Code, s.Unit, s.Year)
	if err != nil {
		return fmt.Errorf("documentdb: %w", err)
	}
	return nil
}

// Next implements document.Store.
func (Store) Next(ctx context.Context, s document.Series) (int64, error) {
	var n int64
	err := db.From(ctx).QueryRow(ctx, `INSERT INTO issued_series (code, unit, year, last) VALUES ($1, $2, $3, 1)
		ON CONFLICT (code, unit, year) DO UPDATE SET last = issued_series.last + 1 RETURNING last`, s.Code, s.Unit, s.Year).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("documentdb: numbering: %w", err)
	}
	return n, nil
}

// Add implements document.Store.
func (Store) Add(ctx context.Context, d *document.Document, sealed []byte) error {
	tx := db.From(ctx)
	var former any
	if !d.Former.IsZero() {
		former = d.Former
	}
	_, err := tx.Exec(ctx, `INSERT INTO issued_document (id, kind, lang, subject, area, code, unit, year, seq, version, number, title,
			hash, file, size, pages, row_count, day, issued_at, issued_by, office, former, short_code, seal)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
		d.ID, string(d.Kind), string(d.Lang), d.Subject, d.Area, d.Series.Code, d.Series.Unit, d.Series.Year, d.Seq, d.Version, d.Number, d.Title,
		d.Hash[:], d.File[:], d.Size, d.Pages, d.Rows, d.Date, d.IssuedAt.UnixMilli(), d.IssuedBy, d.Office, former, d.Code, d.Seal)
	if db.IsUnique(err) {
		return fault.Conflict("document.twice").Because(err)
	}
	if err != nil {
		return fmt.Errorf("documentdb: adding: %w", err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO issued_file (document_id, content) VALUES ($1, $2)`, d.ID, sealed); err != nil {
		return fmt.Errorf("documentdb: adding the file: %w", err)
	}
	return nil
}

// entry reads the register with what became of each paper.
const entry = `SELECT d.id, d.kind, d.lang, d.subject, d.area, d.code, d.unit, d.year, d.seq, d.version, d.number, d.title,
		d.hash, d.file, d.size, d.pages, d.row_count, d.day, d.issued_at, d.issued_by, d.office, d.former, d.short_code, d.seal,
		n.id, w.at, w.actor, w.reason
	FROM issued_document d LEFT JOIN issued_document n ON n.former = d.id LEFT JOIN issued_withdrawal w ON w.document_id = d.id
	WHERE {scope d.area}`

func scan(row interface{ Scan(...any) error }, d *document.Document) error {
	var hash, file []byte
	var issued int64
	var lang string
	var former, next nullID
	var at sql.NullInt64
	var by, reason sql.NullString
	err := row.Scan(&d.ID, &d.Kind, &lang, &d.Subject, &d.Area, &d.Series.Code, &d.Series.Unit, &d.Series.Year, &d.Seq, &d.Version, &d.Number, &d.Title,
		&hash, &file, &d.Size, &d.Pages, &d.Rows, &d.Date, &issued, &d.IssuedBy, &d.Office, &former, &d.Code, &d.Seal, &next, &at, &by, &reason)
	if err != nil {
		return err
	}
	copy(d.Hash[:], hash)
	copy(d.File[:], file)
	d.Lang, d.IssuedAt, d.Former, d.Next = i18n.Lang(lang), time.UnixMilli(issued).UTC(), former.ID, next.ID
	if at.Valid {
		d.Withdrawn = &document.Withdrawal{At: time.UnixMilli(at.Int64).UTC(), By: by.String, Reason: reason.String}
	}
	return nil
}

// nullID scans an id that may be absent.
type nullID struct{ ident.ID }

// Scan implements sql.Scanner.
func (n *nullID) Scan(src any) error {
	if src == nil {
		return nil
	}
	return n.ID.Scan(src)
}

func one(ctx context.Context, where string, args ...any) (*document.Document, error) {
	d := &document.Document{}
	if err := scan(db.From(ctx).QueryRow(ctx, entry+where, args...), d); err != nil {
		return nil, db.NoRows(err, "document.none_such")
	}
	return d, nil
}

// Latest implements document.Store.
func (Store) Latest(ctx context.Context, k document.Kind, l i18n.Lang, subject, area string) (*document.Document, error) {
	return one(ctx, ` AND d.kind = $1 AND d.lang = $2 AND d.subject = $3 AND d.area = $4 ORDER BY d.version DESC LIMIT 1`,
		string(k), string(l), subject, area)
}

// Document implements document.Store.
func (Store) Document(ctx context.Context, id ident.ID) (*document.Document, error) {
	return one(ctx, ` AND d.id = $1`, id)
}

// ByCode implements document.Store.
func (Store) ByCode(ctx context.Context, code string) (*document.Document, error) {
	return one(ctx, ` AND d.short_code = $1`, code)
}

// ByFile implements document.Store.
func (Store) ByFile(ctx context.Context, sha256 [32]byte) (*document.Document, error) {
	return one(ctx, ` AND d.file = $1`, sha256[:])
}

// File implements document.Store.
func (Store) File(ctx context.Context, id ident.ID) ([]byte, error) {
	var sealed []byte
	err := db.From(ctx).QueryRow(ctx, `SELECT f.content FROM issued_file f JOIN issued_document d ON d.id = f.document_id
		WHERE {scope d.area} AND d.id = $1`, id).Scan(&sealed)
	return sealed, db.NoRows(err, "document.none_such")
}

// Withdraw implements document.Store.
func (Store) Withdraw(ctx context.Context, id ident.ID, w document.Withdrawal) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO issued_withdrawal (document_id, at, actor, reason) VALUES ($1, $2, $3, $4)`,
		id, w.At.UnixMilli(), w.By, w.Reason)
	if db.IsUnique(err) {
		return fault.Conflict("document.withdrawn_twice").Because(err)
	}
	return err
}

// where writes a filter; places are numbered from 1.
func where(f document.Filter) (string, []any) {
	var b strings.Builder
	var args []any
	put := func(sql string, arg any) {
		args = append(args, arg)
		b.WriteString(strings.ReplaceAll(sql, "?", fmt.Sprintf("$%d", len(args))))
	}
	b.WriteString(` AND d.kind IN (''`)
	for _, k := range f.Kinds {
		put(`, ?`, string(k))
	}
	b.WriteString(`)`)
	if f.Lang != "" {
		put(` AND d.lang = ?`, string(f.Lang))
	}
	if f.Subject != "" {
		put(` AND d.subject = ?`, f.Subject)
	}
	if f.Text != "" {
		put(` AND (lower(d.number) LIKE ? ESCAPE '\' `, "%"+escape(strings.ToLower(f.Text))+"%")
		put(`OR d.short_code = ?)`, document.CleanCode(f.Text))
	}
	switch f.State {
	case document.Valid:
		b.WriteString(` AND n.id IS NULL AND w.at IS NULL`)
	case document.Superseded:
		b.WriteString(` AND n.id IS NOT NULL AND w.at IS NULL`)
	case document.Withdrawn:
		b.WriteString(` AND w.at IS NOT NULL`)
	}
	return b.String(), args
}

func escape(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

// List implements document.Store. Ids grow with time, so they are the order.
func (Store) List(ctx context.Context, f document.Filter) ([]document.Document, error) {
	filter, args := where(f)
	if !f.Before.IsZero() {
		args = append(args, f.Before)
		filter += fmt.Sprintf(` AND d.id < $%d`, len(args))
	}
	args = append(args, f.Limit)
	rows, err := db.From(ctx).Query(ctx, entry+filter+fmt.Sprintf(` ORDER BY d.id DESC LIMIT $%d`, len(args)), args...)
	var all []document.Document
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		all = append(all, document.Document{})
		return scan(rows, &all[len(all)-1])
	})
	return all, err
}

// Count implements document.Store.
func (Store) Count(ctx context.Context, f document.Filter) (int64, error) {
	filter, args := where(f)
	var n int64
	err := db.From(ctx).QueryRow(ctx, `SELECT count(*) FROM issued_document d LEFT JOIN issued_document n ON n.former = d.id
		LEFT JOIN issued_withdrawal w ON w.document_id = d.id WHERE {scope d.area}`+filter, args...).Scan(&n)
	return n, err
}

// Forget returns the sealed files of all papers about a subject. The register
// of numbers stays as it is: its series must show no gap.
func (Store) Forget(ctx context.Context, subject string) ([][]byte, error) {
	var sealed [][]byte
	rows, err := db.From(ctx).Query(ctx, `SELECT f.content FROM issued_file f JOIN issued_document d ON d.id = f.document_id
		WHERE {scope d.area} AND d.subject = $1`, subject)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var b []byte
		err := rows.Scan(&b)
		sealed = append(sealed, b)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("documentdb: forgetting: %w", err)
	}
	return sealed, nil
}

// Sealed is the file of a paper about a subject.
type Sealed struct {
	Kind    document.Kind
	On      civil.Date
	Content []byte
}

// About returns the sealed files of all papers about a subject, with their
// kinds and days.
func (Store) About(ctx context.Context, subject string) ([]Sealed, error) {
	return db.All(ctx, "documentdb: papers about a subject", `SELECT d.kind, d.day, f.content FROM issued_file f JOIN issued_document d ON d.id = f.document_id
		WHERE {scope d.area} AND d.subject = $1 ORDER BY d.id`, func(scan db.Scanner, s *Sealed) error { return scan(&s.Kind, &s.On, &s.Content) }, subject)
}

// Old returns the papers of some kinds that were issued in an area by a day,
// in order of their ids. Withdrawn and former ones are among them.
func (Store) Old(ctx context.Context, kinds []document.Kind, area string, by civil.Date) ([]document.Document, error) {
	places, args := make([]string, len(kinds)), []any{area, area + ":", by}
	for i, k := range kinds {
		args = append(args, string(k))
		places[i] = "$" + strconv.Itoa(len(args))
	}
	return db.All(ctx, "documentdb: old papers", `SELECT d.id, d.kind, d.subject, d.area, d.day FROM issued_document d
		WHERE {scope d.area} AND d.area >= $1 AND d.area < $2 AND d.day <= $3 AND d.kind IN (`+strings.Join(places, ", ")+") ORDER BY d.id",
		func(scan db.Scanner, d *document.Document) error {
			return scan(&d.ID, &d.Kind, &d.Subject, &d.Area, &d.Date)
		}, args...)
}
