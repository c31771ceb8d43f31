package db

import (
	"context"

	"gotong/internal/access"
)

// Keyed is a question after what is on record under a key: a query with the
// key as $1 and one column, in that column's order, the index that has the
// key as its first column and what is asked for as its second, and the table
// whose row says in which area an entry lies. That one is kept in the order of
// its key, which the entry goes on with behind its first column.
type Keyed struct{ Query, Index, Area string }

// Under asks after what is on record under a key, and calls row for each. A
// view of the embedded database that begins so reads the index's pages by
// itself, and those of the rows that have the areas, where whoever asks sees a
// part of the country only. That takes a fraction of what the engine's
// statement does; the engine is asked where it cannot.
func (tx *Tx) Under(ctx context.Context, q Keyed, key []byte, row func(scan Scanner) error) error {
	if tx.db.dialect == SQLite && !tx.writable {
		found := founds.Get().(*found)
		defer founds.Put(found)
		known, err := tx.searchIn(ctx, q, key, found)
		if err != nil {
			return err
		}
		if known {
			return found.each(row)
		}
	}
	return tx.Few(ctx, q.Query, []any{key}, row)
}

// searchIn puts what an index has under a key, and whoever asks may see, into
// found. It is not known where nobody asks or for nothing, the view is not one
// that reads the file, or the file has something that only the engine reads.
func (tx *Tx) searchIn(ctx context.Context, q Keyed, key []byte, found *found) (known bool, err error) {
	actor, ok := access.From(ctx)
	if err := ctx.Err(); err != nil || !ok || key == nil {
		return false, err
	}
	if err := tx.see(ctx, tx.db.looks); err != nil {
		return false, err
	}
	if tx.lent == nil || tx.lent.pages == nil {
		return false, nil
	}
	s, pages := tx.lent.session, tx.lent.pages
	err = s.whole(func() error {
		index, err := s.indexTree(q.Index, found)
		if err != nil || index.root == 0 {
			return err
		}
		by := search{pages: pages, fits: pages.fits, key: keyOf(key), column: 1, wide: 1, found: found}
		if actor.Scope.IsNation() {
			found.begin(1)
			known = by.all(index.root) != unknown
			return nil
		}
		rows, err := s.tableTree(q.Area, found)
		if err != nil || rows.root == 0 {
			return err
		}
		found.begin(1)
		known = areas{rows, actor.Scope}.within(by, index)
		return nil
	})
	return known, err
}
