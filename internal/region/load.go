package region

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Load reads an atlas from a folder laid out as the package's data folder.
func Load(files fs.FS) (*Atlas, error) {
	a := &Atlas{}
	for _, step := range []func(fs.FS) error{a.loadRegions, a.loadRetired, a.loadNames, a.loadFormer, a.loadTiles} {
		if err := step(files); err != nil {
			return nil, fmt.Errorf("region: %w", err)
		}
	}
	a.index = sync.OnceValue(func() *index { return newIndex(a) })
	return a, nil
}

func (a *Atlas) loadRegions(files fs.FS) error {
	const name = "kemendagri/regions.tsv.gz"
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var b strings.Builder
	b.Grow(5 << 19) // the whole text, so that it is not copied as it grows
	if _, err := io.Copy(&b, z); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	a.text = b.String()
	if err := a.scan(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// scan finds the rows in the text. Codes must ascend and each must follow its
// parent, which is what makes every subtree one run of rows.
func (a *Atlas) scan() error {
	lines := strings.Count(a.text, "\n")
	if len(a.text) > math.MaxUint32 {
		return fmt.Errorf("too long")
	}
	a.keys, a.rows = make([]uint64, 0, lines), make([]row, 0, lines)
	var open [Village + 1]int32 // the region being read at each level
	depth := Nation
	shut := func(to Level) {
		for ; depth > to; depth-- {
			a.rows[open[depth]].end = int32(len(a.rows))
		}
	}
	for off := 0; off < len(a.text); {
		line, _, _ := strings.Cut(a.text[off:], "\n")
		code, name, _ := strings.Cut(line, "\t")
		key, ok := keyOf(code)
		if !ok || name == "" || len(name) > math.MaxUint8 {
			return fmt.Errorf("line %d: not a code and a name: %q", len(a.rows)+1, line)
		}
		level, _ := LevelOf(code)
		if n := len(a.keys); n > 0 && key <= a.keys[n-1] {
			return fmt.Errorf("line %d: %s is out of order", n+1, code)
		}
		shut(level - 1)
		if depth != level-1 || level > Province && a.code(open[depth]) != ParentOf(code) {
			return fmt.Errorf("line %d: %s does not follow its parent", len(a.rows)+1, code)
		}
		open[level], depth = int32(len(a.rows)), level
		a.keys = append(a.keys, key)
		a.rows = append(a.rows, row{off: uint32(off), name: uint8(len(name)), level: level})
		off += len(line) + 1
	}
	shut(Nation)
	return nil
}

func (a *Atlas) loadRetired(files fs.FS) error {
	a.retired = map[string]retired{}
	return eachRow(files, "kemendagri/retired.csv", 4, func(r []string) error {
		if r[3] == "" {
			return fmt.Errorf("%s: which release had it last?", r[0])
		}
		return a.retire(r[0], r[1], r[2])
	})
}

func (a *Atlas) retire(code, name, successor string) error {
	if _, ok := a.find(code); ok {
		return fmt.Errorf("%s is in use", code)
	}
	if _, ok := a.find(successor); !ok && successor != "" {
		return fmt.Errorf("%s: its successor %s does not exist", code, successor)
	}
	a.retired[code] = retired{name, successor}
	return nil
}

func (a *Atlas) loadFormer(files fs.FS) error {
	return eachRow(files, "kemendagri/former.csv", 2, func(r []string) error {
		return a.alias(r[0], r[1], ByFormerName)
	})
}

func (a *Atlas) alias(code, name string, how How) error {
	i, ok := a.find(code)
	if !ok {
		return fmt.Errorf("%s (%s) does not exist", code, name)
	}
	a.aliases = append(a.aliases, alias{name, i, how})
	return nil
}

// loadNames reads what people write besides the official names.
func (a *Atlas) loadNames(files fs.FS) error {
	var y struct {
		Short         map[string]string
		Aliases       map[string][]string
		Misspelt      map[string][]string
		Abbreviations map[string]string
		Moved         map[string]struct{ Name, To string }
	}
	if err := readYAML(files, "aliases.yaml", &y); err != nil {
		return err
	}
	a.words = y.Abbreviations
	a.short = map[int32]string{}
	for code, name := range y.Short {
		if err := a.alias(code, name, ByAlias); err != nil {
			return fmt.Errorf("aliases.yaml: %w", err)
		}
		a.short[a.aliases[len(a.aliases)-1].row] = name
	}
	for how, section := range map[How]map[string][]string{ByAlias: y.Aliases, ByMisspelling: y.Misspelt} {
		for code, names := range section {
			for _, name := range names {
				if err := a.alias(code, name, how); err != nil {
					return fmt.Errorf("aliases.yaml: %w", err)
				}
			}
		}
	}
	slices.SortFunc(a.aliases, func(x, y alias) int { // maps have no order of their own
		return cmp.Or(cmp.Compare(x.row, y.row), strings.Compare(x.name, y.name), cmp.Compare(x.how, y.how))
	})
	for code, m := range y.Moved {
		if err := a.retire(code, m.Name, m.To); err != nil {
			return fmt.Errorf("aliases.yaml: %w", err)
		}
	}
	return nil
}

func readYAML(files fs.FS, name string, into any) error {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// eachRow calls do for every row of a CSV file behind its header.
func eachRow(files fs.FS, name string, columns int, do func([]string) error) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = columns
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		if err := do(row); err != nil {
			return fmt.Errorf("%s: line %d: %w", name, i+1, err)
		}
	}
	return nil
}
