package roster

import (
	"bytes"
	"crypto/sha256"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"gotong/internal/fault"
	"gotong/internal/ident"
)

// names are what the records of a list are called in it. Where no column says
// so they are called by their rows, which need not be kept.
type names struct {
	all    []named
	text   strings.Builder // of all names, one after another
	number uint8           // of the list
	last   int             // row of the last record that is called by its row
}

type named struct {
	id         ident.ID
	from, size int32
	row        int32
}

// idOf returns the id of a record. It depends on the list and the name alone,
// so that the order of rows is forgotten.
func idOf(list uint8, name string) ident.ID {
	var room [64]byte
	sum := sha256.Sum256(append(append(room[:0], list), name...))
	return ident.ID(sum[:16])
}

// addRow adds a record that is called by its row.
func (n *names) addRow(row int) { n.last = row }

func (n *names) add(id ident.ID, name string, row int) {
	n.all = append(n.all, named{id, int32(n.text.Len()), int32(len(name)), int32(row)})
	n.text.WriteString(name)
}

// seal orders the names by id. It returns fault.Invalid where two rows have
// one name.
func (n *names) seal(file string) error {
	slices.SortFunc(n.all, func(a, b named) int {
		if c := bytes.Compare(a.id[:], b.id[:]); c != 0 {
			return c
		}
		return int(a.row) - int(b.row)
	})
	var twice *named
	for i := 1; i < len(n.all); i++ {
		if a := &n.all[i]; a.id == n.all[i-1].id && (twice == nil || a.row < twice.row) {
			twice = a
		}
	}
	if twice == nil {
		return nil
	}
	at, _ := slices.BinarySearchFunc(n.all, twice.id, func(a named, id ident.ID) int { return bytes.Compare(a.id[:], id[:]) })
	return fault.Invalid("linkage.list.id_twice", "file", file, "id", n.string(twice), "row", twice.row, "first", n.all[at].row)
}

func (n *names) string(a *named) string { return n.text.String()[a.from : a.from+a.size] }

// rowsAtOnce is how many rows are looked through at a time.
const rowsAtOnce = 1 << 16

// of returns what those of some records are called that are of this list.
func (n *names) of(ids map[ident.ID]bool) map[ident.ID]string {
	found := map[ident.ID]string{}
	for i := range n.all {
		if a := &n.all[i]; ids[a.id] {
			found[a.id] = n.string(a)
		}
	}
	var all sync.WaitGroup
	var finding sync.Mutex
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for from := int(next.Add(rowsAtOnce)) - rowsAtOnce; from <= n.last; from = int(next.Add(rowsAtOnce)) - rowsAtOnce {
				for row := from; row < min(from+rowsAtOnce, n.last+1); row++ {
					name := strconv.Itoa(row)
					if id := idOf(n.number, name); ids[id] {
						finding.Lock()
						found[id] = name
						finding.Unlock()
					}
				}
			}
		})
	}
	all.Wait()
	return found
}
