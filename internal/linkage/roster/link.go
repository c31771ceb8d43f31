package roster

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/run"
)

// Linked is what was found in one list or between two.
type Linked struct {
	Lists  []*List
	Result *linkage.Result

	called []map[ident.ID]string // by list: the records of what was found
}

// Link reads one list and finds who is on it more than once, or two and finds
// who is on both. Progress is told in stages.
func Link(ctx context.Context, sources []Source, o linkage.Options, today civil.Date, p run.Progress) (*Linked, error) {
	set := linkage.NewSet(room(sources))
	l := &Linked{}
	p.Stage("linkage_read", 0)
	for i, src := range sources {
		src.Number, src.Years = uint8(i), true
		list, err := Read(ctx, src, set, today)
		if err != nil {
			return nil, err
		}
		p.Add("", int64(list.Records))
		l.Lists = append(l.Lists, list)
	}
	o.Between = len(sources) > 1
	var err error
	if l.Result, err = set.Link(ctx, o, p); err != nil {
		return nil, err
	}
	l.call()
	return l, nil
}

// call finds what the records of what was found are called.
func (l *Linked) call() {
	ids := map[ident.ID]bool{}
	for _, p := range l.Result.Pairs {
		ids[p.Left], ids[p.Right] = true, true
	}
	for _, c := range l.Result.Clusters {
		for _, id := range c {
			ids[id] = true
		}
	}
	for _, list := range l.Lists {
		l.called = append(l.called, list.names.of(ids))
	}
}

// bytesPerRow is about how long the row of a list is.
const bytesPerRow = 100

// room returns about how many records files hold, by their size.
func room(sources []Source) int {
	n := int64(0)
	for _, src := range sources {
		if info, err := os.Stat(src.Path); err == nil {
			n += info.Size() / bytesPerRow
		}
	}
	return int(n)
}

// Row is a pair by its records' names.
type Row struct {
	Left, Right string
	Chance      float64
}

// reasoned is a row and the pair that it tells.
type reasoned struct {
	Row
	pair *linkage.Pair
}

// Rows returns the pairs held to be of one person: of two lists, left is the
// first one's record; of one, the name that comes first.
func (l *Linked) Rows() []Row {
	var all []Row
	for _, r := range l.reasoned() {
		all = append(all, r.Row)
	}
	return all
}

// reasoned returns the rows, each with its pair.
func (l *Linked) reasoned() []reasoned {
	last := len(l.called) - 1
	var all []reasoned
	for i := range l.Result.Pairs {
		p := &l.Result.Pairs[i]
		if !p.Same {
			continue
		}
		a, b := p.Left, p.Right
		left, right := l.called[0][a], l.called[last][b]
		if left == "" || right == "" {
			left, right = l.called[0][b], l.called[last][a]
		}
		if last == 0 && left > right {
			left, right = right, left
		}
		all = append(all, reasoned{Row{left, right, p.Probability}, p})
	}
	slices.SortFunc(all, func(a, b reasoned) int {
		if c := strings.Compare(a.Left, b.Left); c != 0 {
			return c
		}
		return strings.Compare(a.Right, b.Right)
	})
	return all
}

// Matches returns how many pairs WritePairs writes.
func (l *Linked) Matches() int {
	n := 0
	for _, p := range l.Result.Pairs {
		if p.Same {
			n++
		}
	}
	return n
}

// WritePairs writes the pairs held to be of one person as CSV, one a row,
// with the chance that they are.
func (l *Linked) WritePairs(out io.Writer) error {
	return write(out, []string{"left_id", "right_id", "probability"}, func(line func(...string)) {
		for _, r := range l.Rows() {
			line(r.Left, r.Right, strconv.FormatFloat(r.Chance, 'f', 6, 64))
		}
	})
}

// WriteReasons writes as CSV what the chance of each of these pairs is made of,
// in words of a language: a row for what was held before anything was compared
// and for each thing that was. The bits of a pair add up to log2 of its odds.
func (l *Linked) WriteReasons(out io.Writer, lang i18n.Lang) error {
	return write(out, []string{"left_id", "right_id", "field", "level", "bits", "finding"}, func(line func(...string)) {
		for _, r := range l.reasoned() {
			bits := func(b float64) string { return strconv.FormatFloat(b, 'f', 3, 64) }
			pieces, prior := linkage.PiecesTold(r.pair.Pieces, r.pair.Score, lang)
			line(r.Left, r.Right, "prior", "", bits(prior), i18n.T(lang, "linkage.pair.prior_text"))
			for _, p := range pieces {
				line(r.Left, r.Right, p.Field, p.Level, bits(p.Bits), p.Finding)
			}
		}
	})
}

// WriteClusters writes the people who have more than one record as CSV: a
// row a record, with the number of the person and, of two lists, which list.
func (l *Linked) WriteClusters(out io.Writer) error {
	return write(out, []string{"cluster", "list", "id"}, func(line func(...string)) {
		for i, c := range l.clusters() {
			for _, m := range c {
				line(strconv.Itoa(i+1), m.list, m.name)
			}
		}
	})
}

type member struct{ list, name string }

// clusters returns the clusters by their records' names, in order.
func (l *Linked) clusters() [][]member {
	all := make([][]member, 0, len(l.Result.Clusters))
	for _, c := range l.Result.Clusters {
		members := make([]member, len(c))
		for i, id := range c {
			members[i] = l.member(id)
		}
		slices.SortFunc(members, compareMembers)
		all = append(all, members)
	}
	slices.SortFunc(all, func(a, b []member) int { return compareMembers(a[0], b[0]) })
	return all
}

func (l *Linked) member(id ident.ID) member {
	for i, called := range l.called {
		if name := called[id]; name != "" {
			return member{string(rune('A' + i)), name}
		}
	}
	panic("roster: a record of no list")
}

func compareMembers(a, b member) int {
	if c := strings.Compare(a.list, b.list); c != 0 {
		return c
	}
	return strings.Compare(a.name, b.name)
}

func write(out io.Writer, heading []string, rows func(line func(...string))) error {
	buffered := bufio.NewWriter(out)
	w := csv.NewWriter(buffered)
	if err := w.Write(heading); err != nil {
		return err
	}
	var first error
	rows(func(cells ...string) {
		if err := w.Write(cells); err != nil && first == nil {
			first = err
		}
	})
	w.Flush()
	if first == nil {
		first = w.Error()
	}
	if first != nil {
		return first
	}
	return buffered.Flush()
}
