package determinationdb

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/db"
	"gotong/internal/determination"
	"gotong/internal/ident"
)

// AddNotices implements determination.Store.
func (Store) AddNotices(ctx context.Context, ns []determination.Notice) error {
	bulk := db.From(ctx).NewBulk("notice", "family_id", "area", "code_sealed")
	for _, n := range ns {
		if err := bulk.Add(ctx, n.FamilyID, n.Area, n.Sealed); err != nil {
			return err
		}
	}
	return bulk.Flush(ctx)
}

// Notices implements determination.Store.
func (Store) Notices(ctx context.Context, families []ident.ID) ([]determination.Notice, error) {
	var all []determination.Notice
	for some := range slices.Chunk(families, 500) {
		args, places := make([]any, len(some)), make([]string, len(some))
		for i, id := range some {
			args[i], places[i] = id, "$"+strconv.Itoa(i+1)
		}
		rows, err := db.From(ctx).Query(ctx, `SELECT n.family_id, n.area, n.code_sealed FROM notice n
			WHERE {scope n.area} AND n.family_id IN (`+strings.Join(places, ", ")+`) ORDER BY n.family_id`, args...)
		err = db.Each(rows, err, func(rows *sql.Rows) error {
			var n determination.Notice
			err := rows.Scan(&n.FamilyID, &n.Area, &n.Sealed)
			all = append(all, n)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// ClearNoticeKeys implements determination.Store.
func (Store) ClearNoticeKeys(ctx context.Context) error {
	_, err := db.From(ctx).Exec(ctx, "DELETE FROM notice_key WHERE family_id IN (SELECT n.family_id FROM notice n WHERE {scope n.area})")
	return err
}

// AddNoticeKeys implements determination.Store.
func (Store) AddNoticeKeys(ctx context.Context, id ident.ID, keys []determination.NoticeKey) error {
	bulk := db.From(ctx).NewBulk("notice_key", "key", "determination_id", "family_id")
	for _, k := range keys {
		if err := bulk.Add(ctx, k.Key, id, k.FamilyID); err != nil {
			return err
		}
	}
	return bulk.Flush(ctx)
}

// ByNoticeKey implements determination.Store.
func (Store) ByNoticeKey(ctx context.Context, key []byte) (id, family ident.ID, err error) {
	err = db.From(ctx).QueryRow(ctx, "SELECT determination_id, family_id FROM notice_key WHERE key = $1", key).Scan(&id, &family)
	return id, family, db.NoRows(err, "determination.no_notice")
}
