package authoritydb

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage/authority"
)

// KeepPart keeps a sealed piece of what becomes a list.
func (s *Store) KeepPart(ctx context.Context, list ident.ID, no int, sealed []byte, at time.Time) error {
	_, err := db.From(ctx).Exec(ctx, "INSERT INTO authority_list_part (list_id, no, sealed, kept_at) VALUES ($1, $2, $3, $4)", list, no, sealed, at.UnixMilli())
	if err != nil {
		return fmt.Errorf("authoritydb: keeping a piece of a list: %w", err)
	}
	return nil
}

// Part returns a sealed piece of a list.
func (s *Store) Part(ctx context.Context, list ident.ID, no int) ([]byte, error) {
	var sealed []byte
	err := db.From(ctx).QueryRow(ctx, "SELECT sealed FROM authority_list_part WHERE list_id = $1 AND no = $2", list, no).Scan(&sealed)
	return sealed, db.NoRows(err, "linkage.authority.error.not_found")
}

// DropParts removes the pieces of a list.
func (s *Store) DropParts(ctx context.Context, list ident.ID) error {
	if _, err := db.From(ctx).Exec(ctx, "DELETE FROM authority_list_part WHERE list_id = $1", list); err != nil {
		return fmt.Errorf("authoritydb: removing a list: %w", err)
	}
	return nil
}

// DropUnlisted removes the pieces of what never became a list.
func (s *Store) DropUnlisted(ctx context.Context, before time.Time) error {
	_, err := db.From(ctx).Exec(ctx, `DELETE FROM authority_list_part WHERE kept_at < $1
		AND NOT EXISTS (SELECT 1 FROM authority_list l WHERE l.id = authority_list_part.list_id)`, before.UnixMilli())
	if err != nil {
		return fmt.Errorf("authoritydb: removing what became no list: %w", err)
	}
	return nil
}

// KeepList keeps a list.
func (s *Store) KeepList(ctx context.Context, l *authority.List) error {
	mapping, err := json.Marshal(l.Mapping)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, `INSERT INTO authority_list (id, kind, file, origin, held_on, mapping, brought_by, brought_at, size)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, l.ID, l.Kind, l.File, l.Origin, l.On, string(mapping), l.By, l.At.UnixMilli(), l.Size)
	if err != nil {
		return fmt.Errorf("authoritydb: keeping a list: %w", err)
	}
	return nil
}

const listColumns = "id, kind, file, origin, held_on, mapping, brought_by, brought_at, size, done_at, counts"

func listInto(l *authority.List) (targets []any, finish func() error) {
	var mapping, counts string
	var at, done int64
	return []any{&l.ID, &l.Kind, &l.File, &l.Origin, &l.On, &mapping, &l.By, &at, &l.Size, &done, &counts}, func() error {
		l.At = time.UnixMilli(at).UTC()
		if done != 0 {
			l.Done = time.UnixMilli(done).UTC()
		}
		if counts != "" {
			if err := json.Unmarshal([]byte(counts), &l.Counts); err != nil {
				return err
			}
		}
		return json.Unmarshal([]byte(mapping), &l.Mapping)
	}
}

// List returns a list.
func (s *Store) List(ctx context.Context, id ident.ID) (*authority.List, error) {
	l := &authority.List{}
	targets, finish := listInto(l)
	err := db.From(ctx).QueryRow(ctx, "SELECT "+listColumns+" FROM authority_list WHERE id = $1", id).Scan(targets...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("linkage.authority.error.not_found")
	}
	if err == nil {
		err = finish()
	}
	if err != nil {
		return nil, fmt.Errorf("authoritydb: reading a list: %w", err)
	}
	return l, nil
}

// Lists returns the newest lists, newest first.
func (s *Store) Lists(ctx context.Context, limit int) ([]authority.List, error) {
	var all []authority.List
	rows, err := db.From(ctx).Query(ctx, "SELECT "+listColumns+" FROM authority_list ORDER BY brought_at DESC, id DESC LIMIT $1", limit)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var l authority.List
		targets, finish := listInto(&l)
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if err := finish(); err != nil {
			return err
		}
		all = append(all, l)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("authoritydb: lists: %w", err)
	}
	return all, nil
}

// Finish records what became of a list and removes its pieces.
func (s *Store) Finish(ctx context.Context, id ident.ID, c authority.Counts, at time.Time) error {
	counts, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, "UPDATE authority_list SET done_at = $1, counts = $2 WHERE id = $3", at.UnixMilli(), string(counts), id)
	if err != nil {
		return fmt.Errorf("authoritydb: finishing a list: %w", err)
	}
	return s.DropParts(ctx, id)
}
