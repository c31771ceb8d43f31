package db

import (
	"strings"

	"gotong/internal/access"
)

// areas tells which entries of an index lie in somebody's areas, by the rows
// that they belong to.
type areas struct {
	rows  tree
	scope access.Scope
}

// within puts what an index has under a key into what by finds, of entries
// that lie in the areas. As many rows are read where nothing is under the key
// as where one thing of another area is: how long it takes does not tell.
func (a areas) within(by search, index tree) (known bool) {
	entries := founds.Get().(*found)
	defer founds.Put(entries)
	answer := by.found
	by.found, by.wide = entries, a.rows.keys
	entries.begin(by.wide)
	if by.all(index.root) == unknown {
		return false
	}
	if len(entries.cells) == 0 {
		for i := range a.rows.keys {
			by.key.columns[i] = by.key.columns[0]
		}
		_, _ = a.sees(by)
		return true
	}
	for entries.next() {
		entries.columns(by.key.columns[:a.rows.keys])
		sees, known := a.sees(by)
		if !known {
			return false
		}
		if sees {
			first := by.key.columns[0]
			answer.put(entries.cells[entries.cell].kind, int64(len(first)))
			answer.bytes = append(answer.bytes, first...)
		}
	}
	return true
}

// sees reports whether the row of a key lies in the areas, by the pages that a
// search reads. It is not known where there is no such row, or the pages do
// not tell.
func (a areas) sees(by search) (sees, known bool) {
	area := founds.Get().(*found)
	defer founds.Put(area)
	area.begin(1)
	by.key.n, by.found, by.column, by.wide = a.rows.keys, area, a.rows.area, 1
	if by.all(a.rows.root) == unknown || len(area.cells) != 1 {
		return false, false
	}
	return a.cover(area.bytes)
}

// cover reports whether an area lies in the scope, as scopeSQL has it. It is
// not known of one that is no code.
func (a areas) cover(area []byte) (covers, known bool) {
	for _, c := range area {
		if c < '0' || c > '9' {
			return false, false
		}
	}
	return a.scope.Covers(string(area)), true
}

// tree is where an index or a table begins, and of a table that is kept in the
// order of its key, how many columns that has and which column is the area.
type tree struct {
	root       uint32 // its first page, 0 where there is none
	keys, area int
}

// indexTree returns where an index begins.
func (s *session) indexTree(index string, found *found) (tree, error) {
	return s.treeOf(index, found, func(t *tree) error {
		if err := s.ask("SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND name = $1", []any{index}, found); err != nil {
			return err
		}
		return found.each(func(scan Scanner) error {
			root := 0
			err := scan(&root)
			t.root = uint32(root)
			return err
		})
	})
}

// tableTree returns where a table begins, nowhere for one that is not kept in
// the order of a key of bytes, or has no areas.
func (s *session) tableTree(table string, found *found) (tree, error) {
	return s.treeOf(table, found, func(t *tree) error {
		err := s.ask(`SELECT m.rootpage, x.seqno, x.name, x.key, x.desc = 0 AND x.coll = 'BINARY'
			FROM pragma_table_list($1) l JOIN sqlite_schema m ON m.type = 'table' AND m.name = l.name
			JOIN pragma_index_list(l.name) i ON i.origin = 'pk' JOIN pragma_index_xinfo(i.name) x
			WHERE l.schema = 'main' AND l.wr ORDER BY x.seqno`, []any{table}, found)
		if err != nil {
			return err
		}
		asWritten, root := true, 0
		err = found.each(func(scan Scanner) error {
			var place int
			var column string
			var key, plain bool
			if err := scan(&root, &place, &column, &key, &plain); err != nil {
				return err
			}
			if key {
				t.keys++
				asWritten = asWritten && plain
			}
			if strings.EqualFold(column, "area") {
				t.area = place
			}
			return nil
		})
		if asWritten && t.area >= t.keys && t.keys > 0 && t.keys <= keyMost {
			t.root = uint32(root)
		}
		return err
	})
}

// treeOf returns a tree that is known, or what becomes known of it.
func (s *session) treeOf(name string, found *found, learn func(t *tree) error) (t tree, err error) {
	if t, ok := s.trees[name]; ok {
		return t, nil
	}
	found.reset()
	if err := learn(&t); err != nil {
		return tree{}, err
	}
	s.trees[name] = t
	return t, nil
}
