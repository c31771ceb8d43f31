package indicator

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sort"

	"go.yaml.in/yaml/v3"

	"gotong/internal/i18n"
)

func sortStrings(s []string) { slices.Sort(s) }

// Load reads every NAME.yaml at the root of the file systems. A file of a
// later system replaces one of the same name, so an office may override a
// default file or add its own.
//
// It returns all faults found, joined; each names file, line and column.
func Load(systems ...fs.FS) (*Catalogue, error) {
	text := map[string][]byte{}
	for _, system := range systems {
		names, err := fs.Glob(system, "*.yaml")
		if err != nil {
			return nil, fmt.Errorf("indicator: listing files: %w", err)
		}
		for _, name := range names {
			b, err := fs.ReadFile(system, name)
			if err != nil {
				return nil, fmt.Errorf("indicator: reading %s: %w", name, err)
			}
			text[name] = b
		}
	}
	l := loader{
		c:      &Catalogue{byCode: map[key]*Indicator{}, byNo: map[int]*Indicator{}},
		places: map[*Indicator]place{},
		like:   map[*Indicator]string{},
		taken:  map[*Indicator]taken{},
	}
	for _, name := range slices.Sorted(maps.Keys(text)) {
		l.file(name, text[name])
	}
	l.finish()
	if err := l.faults.join(); err != nil {
		return nil, err
	}
	return l.c, nil
}

// loader gathers the indicators of all files before it ties them together.
type loader struct {
	c       *Catalogue
	faults  faults
	places  map[*Indicator]place
	like    map[*Indicator]string // the code whose options an indicator shares
	taken   map[*Indicator]taken  // what is presumed of an indicator, as written
	pending []pendingDerivations
}

// taken is an answer that is read once the options are tied.
type taken struct {
	r    reader
	node *yaml.Node
}

type pendingDerivations struct {
	r    reader
	node *yaml.Node
}

func (l *loader) file(name string, b []byte) {
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		l.faults.add(place{file: name}, "not_yaml", "cause", err.Error())
		return
	}
	if len(doc.Content) == 0 {
		return // an empty file holds no indicators
	}
	r := reader{file: name, faults: &l.faults}
	top := doc.Content[0]
	if groups := child(top, "groups"); groups != nil {
		r.fields(top, map[string]func(*yaml.Node){
			"groups":      func(n *yaml.Node) { r.each(n, func(g *yaml.Node) { l.group(r, g, nil) }) },
			"derivations": l.derivations(r),
		})
		return
	}
	l.group(r, top, map[string]func(*yaml.Node){"derivations": l.derivations(r)})
}

func child(n *yaml.Node, name string) *yaml.Node {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

func (l *loader) derivations(r reader) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.each(n, func(d *yaml.Node) { l.pending = append(l.pending, pendingDerivations{r, d}) })
	}
}

func (l *loader) group(r reader, n *yaml.Node, more map[string]func(*yaml.Node)) {
	var (
		g       Group
		level   int
		source  string
		derived bool
		list    *yaml.Node
	)
	known := map[string]func(*yaml.Node){
		"group":      r.codeText(&g.Code),
		"name":       r.phrase(&g.Name),
		"level":      r.word(&level, levelNames),
		"source":     r.text(&source),
		"derived":    r.truth(&derived),
		"indicators": func(n *yaml.Node) { list = n },
	}
	maps.Copy(known, more)
	r.fields(n, known)
	g.Level = Level(level)
	if g.Code == "" || level == 0 || g.Name == (i18n.Text{}) {
		r.faults.add(r.at(n), "group_incomplete")
		return
	}
	if slices.ContainsFunc(l.c.groups, func(o Group) bool { return o.Code == g.Code }) {
		r.faults.add(r.at(n), "group_twice", "group", g.Code)
	}
	l.c.groups = append(l.c.groups, g)
	if list != nil {
		r.each(list, func(n *yaml.Node) {
			l.indicator(r, n, Indicator{Level: g.Level, Group: g.Code, Source: source, Derived: derived})
		})
	}
}

// indicator reads one entry over the defaults of its group.
func (l *loader) indicator(r reader, n *yaml.Node, i Indicator) {
	var kind int
	var like string
	var presumed *yaml.Node
	r.fields(n, map[string]func(*yaml.Node){
		"no":         r.small(&i.No),
		"code":       r.codeText(&i.Code),
		"kind":       r.word(&kind, kindNames),
		"name":       r.phrase(&i.Name),
		"unit":       r.text(&i.Unit),
		"decimals":   r.small(&i.Decimals),
		"min":        r.bound(&i.Min),
		"max":        r.bound(&i.Max),
		"source":     r.text(&i.Source),
		"options":    func(n *yaml.Node) { r.each(n, func(n *yaml.Node) { i.Options = append(i.Options, l.option(r, n)) }) },
		"options_of": r.codeText(&like),
		"retired":    r.day(&i.Retired),
		"instead":    r.codeText(&i.Instead),
		"presumed":   func(n *yaml.Node) { presumed = n },
	})
	i.Kind = Kind(kind)
	switch at := r.at(n); {
	case i.No == 0 || i.Code == "" || kind == 0 || i.Name == (i18n.Text{}) || i.Source == "":
		r.faults.add(at, "incomplete", "code", i.Code)
	case i.Min != nil && i.Max != nil && *i.Min > *i.Max:
		r.faults.add(at, "bounds", "code", i.Code)
	case (i.Kind == Choice) != (len(i.Options) > 0 || like != ""):
		r.faults.add(at, "options", "code", i.Code)
	case i.Decimals > 9 || i.Decimals > 0 && i.Kind != Int:
		r.faults.add(at, "decimals", "code", i.Code)
	case l.c.byNo[i.No] != nil:
		r.faults.add(at, "no_twice", "no", i.No, "code", i.Code, "other", l.c.byNo[i.No].Code)
	case l.c.byCode[key{i.Level, i.Code}] != nil:
		r.faults.add(at, "code_twice", "code", i.Code)
	default:
		p := &i
		l.c.all = append(l.c.all, p)
		l.c.byNo[i.No] = p
		l.c.byCode[key{i.Level, i.Code}] = p
		l.places[p] = at
		if like != "" {
			l.like[p] = like
		}
		if presumed != nil {
			l.taken[p] = taken{r, presumed}
		}
	}
}

func (l *loader) option(r reader, n *yaml.Node) Option {
	o := Option{No: -1}
	r.fields(n, map[string]func(*yaml.Node){
		"no": r.number(&o.No), "code": r.codeText(&o.Code), "name": r.phrase(&o.Name),
	})
	if o.No < 0 || o.Code == "" || o.Name == (i18n.Text{}) {
		r.faults.add(r.at(n), "option_incomplete")
	}
	return o
}

// retired checks that what is asked in the place of a fact is asked.
func (l *loader) retired(i *Indicator) {
	if i.Instead == "" {
		return
	}
	if next := l.c.byCode[key{i.Level, i.Instead}]; i.Retired == 0 || next == nil || next.Retired != 0 {
		l.faults.add(l.places[i], "instead", "code", i.Code, "of", i.Instead)
	}
}

// presumed reads what stands for a fact that nobody reported. A fact that is
// worked out is not presumed.
func (l *loader) presumed(i *Indicator) {
	t, ok := l.taken[i]
	if !ok {
		return
	}
	v, known := t.r.answer(i, t.node)
	if i.Derived {
		l.faults.add(l.places[i], "presumed_derived", "code", i.Code)
	}
	if known {
		i.Presumed = &v
		l.c.presumed = append(l.c.presumed, i)
	}
}

// finish ties shared options, checks them, and reads the definitions, which
// name indicators of any file.
func (l *loader) finish() {
	sort.Slice(l.c.all, func(a, b int) bool { return l.c.all[a].No < l.c.all[b].No })
	for _, i := range l.c.all {
		if code, ok := l.like[i]; ok {
			of := l.c.byCode[key{i.Level, code}]
			if of == nil || l.like[of] != "" {
				l.faults.add(l.places[i], "options_of", "code", i.Code, "of", code)
				continue
			}
			i.Options = slices.Concat(of.Options, i.Options)
		}
	}
	for _, i := range l.c.all {
		l.distinct(i)
		l.retired(i)
		l.presumed(i)
	}
	for _, p := range l.pending {
		l.c.derived = append(l.c.derived, p.r.definitions(l.c, p.node))
	}
	sort.SliceStable(l.c.derived, func(a, b int) bool { return l.c.derived[a].From < l.c.derived[b].From })
}

// distinct checks that an answer can mean only one option: numbers, codes
// and names, in either language, are each used once.
func (l *loader) distinct(i *Indicator) {
	nos, words := map[int64]bool{}, map[string]int64{}
	for _, o := range i.Options {
		if nos[o.No] {
			l.faults.add(l.places[i], "option_twice", "code", i.Code, "option", o.No)
		}
		nos[o.No] = true
		for _, w := range o.words() {
			if no, ok := words[w]; ok && no != o.No {
				l.faults.add(l.places[i], "option_twice", "code", i.Code, "option", w)
			}
			words[w] = o.No
		}
	}
}
