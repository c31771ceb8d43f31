package db

import (
	"context"

	"gotong/internal/access"
)

// Keyed is a question after what is on record under a key: a query with the
// key as $1 and one column, in that column's order, and the index that has the
// key as its first column and what is asked for as its second.
type Keyed struct{ Query, Index string }

// Under asks after what is on record under a key, and calls row for each. A
// view of the embedded database that begins so reads the index's pages by
// itself, which takes a fraction of what the engine's statement does; the
// engine is asked where it cannot, or where whoever asks sees a part of the
// country only and there is something under the key.
func (tx *Tx) Under(ctx context.Context, q Keyed, key []byte, row func(scan Scanner) error) error {
	if tx.db.dialect == SQLite && !tx.writable {
		found := founds.Get().(*found)
		defer founds.Put(found)
		known, err := tx.searchIn(ctx, q.Index, key, found)
		if err != nil {
			return err
		}
		if known && (len(found.cells) == 0 || everywhere(ctx)) {
			return found.each(row)
		}
	}
	return tx.Few(ctx, q.Query, []any{key}, row)
}

// everywhere reports whether whoever acts sees the whole country.
func everywhere(ctx context.Context) bool {
	actor, ok := access.From(ctx)
	return ok && actor.Scope.IsNation()
}

// searchIn puts what an index has under a key into found. It is not known
// where the view is not one that reads the file, or the file has something
// that only the engine reads.
func (tx *Tx) searchIn(ctx context.Context, index string, key []byte, found *found) (known bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if err := tx.see(ctx, tx.db.looks); err != nil {
		return false, err
	}
	if tx.lent == nil || tx.lent.pages == nil {
		return false, nil
	}
	s := tx.lent.session
	err = s.whole(func() error {
		root, err := s.rootOf(index, found)
		if err != nil || root == 0 {
			return err
		}
		found.reset()
		found.width = 1
		by := search{pages: tx.lent.pages, most: tx.lent.pages.most, key: key, column: 1, found: found}
		known = by.within(root, 0) != unknown
		return nil
	})
	return known, err
}

// rootOf returns the page that an index begins with, 0 where there is none.
func (s *session) rootOf(index string, found *found) (uint32, error) {
	if root, ok := s.roots[index]; ok {
		return root, nil
	}
	found.reset()
	if err := s.ask("SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND name = $1", []any{index}, found); err != nil {
		return 0, err
	}
	root := 0
	for found.next() {
		if err := found.scan(&root); err != nil {
			return 0, err
		}
	}
	s.roots[index] = uint32(root)
	return uint32(root), nil
}
