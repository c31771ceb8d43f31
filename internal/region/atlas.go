package region

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed data/*.yaml data/kemendagri
var embedded embed.FS

// Default returns the atlas in the program. The first call reads it, in some
// tens of milliseconds; it is never changed and safe for concurrent use.
func Default() *Atlas { return standard() }

var standard = sync.OnceValue(func() *Atlas {
	files, err := fs.Sub(embedded, "data")
	if err != nil {
		panic(err)
	}
	a, err := Load(files)
	if err != nil {
		panic(err) // the files are part of the program
	}
	return a
})

// Atlas holds all regions in the order of their codes, so that a region's
// descendants are the rows right behind it.
type Atlas struct {
	text    string   // lines "code TAB name", which codes and names are cut from
	keys    []uint64 // per row: the code filled up with zeros to ten digits
	rows    []row
	short   map[int32]string   // short names, by row
	retired map[string]retired // by code that is no longer in use
	aliases []alias
	words   map[string]string // abbreviated word to the word in full
	tiles   []Tile            // of the provinces
	index   func() *index     // made on the first search
}

// row places one region in the text.
type row struct {
	off   uint32 // of its line in the text
	end   int32  // the row behind its last descendant
	name  uint8  // length of the name, in bytes
	level Level
}

// alias is a further name of a region.
type alias struct {
	name string
	row  int32
	how  How
}

// retired is a code that is no longer in use.
type retired struct{ name, successor string }

func (a *Atlas) code(i int32) string {
	r := a.rows[i]
	return a.text[r.off:][:digits[r.level]]
}

func (a *Atlas) name(i int32) string {
	r := a.rows[i]
	return a.text[int(r.off)+digits[r.level]+1:][:r.name]
}

func (a *Atlas) region(i int32) Region {
	code, level := a.code(i), a.rows[i].level
	return Region{Code: code, Name: a.name(i), Parent: code[:digits[level-1]], Level: level}
}

// find returns the row of a code.
func (a *Atlas) find(code string) (int32, bool) {
	key, ok := keyOf(code)
	if !ok {
		return 0, false
	}
	i, ok := slices.BinarySearch(a.keys, key)
	if !ok || digits[a.rows[i].level] != len(code) {
		return 0, false
	}
	return int32(i), true
}

// keyOf fills a code up to ten digits. It is false for what cannot be a code.
func keyOf(code string) (uint64, bool) {
	if l, ok := LevelOf(code); !ok || l == Nation {
		return 0, false
	}
	var key uint64
	for i := range 10 {
		key *= 10
		if i < len(code) {
			c := code[i] - '0'
			if c > 9 {
				return 0, false
			}
			key += uint64(c)
		}
	}
	return key, true
}

// children returns the rows right below a region.
func (a *Atlas) children(code string) []int32 {
	from, to := int32(0), int32(len(a.rows))
	if code != "" {
		i, ok := a.find(code)
		if !ok {
			return nil
		}
		from, to = i+1, a.rows[i].end
	}
	var rows []int32
	for i := from; i < to; i = a.rows[i].end {
		rows = append(rows, i)
	}
	return rows
}

// above returns the row's ancestors, the nearest first.
func (a *Atlas) above(i int32) []int32 {
	rows := make([]int32, 0, 3)
	code := a.code(i)
	for p := ParentOf(code); p != ""; p = ParentOf(p) {
		j, _ := a.find(p) // loading checked that every parent exists
		rows = append(rows, j)
	}
	return rows
}

// said is a row's name as screens show it.
func (a *Atlas) said(i int32) string {
	if s, ok := a.short[i]; ok {
		return s
	}
	return a.name(i)
}

func (a *Atlas) path(i int32, sep string) string {
	names := make([]string, 0, 4)
	names = append(names, a.said(i))
	for _, j := range a.above(i) {
		names = append(names, a.said(j))
	}
	return strings.Join(names, sep)
}
