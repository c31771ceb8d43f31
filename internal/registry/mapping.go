package registry

import (
	"context"
	_ "embed" // the synonyms
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry/sheet"
	"gotong/internal/work"
)

// Mapping says which of an office's own headings, in small letters, stand for
// which columns. A heading that stands for "" is passed over; what it does
// not name stands for itself.
type Mapping struct {
	Family map[string]string `json:"keluarga,omitempty"`
	Member map[string]string `json:"anggota,omitempty"`
}

// SavedMapping is a mapping that is kept under a name.
type SavedMapping struct {
	Name string
	Mapping
	By string // login
	At time.Time
}

// of returns the part for one of the files.
func (m *Mapping) of(file FileKind) map[string]string {
	if file == MemberFile {
		return m.Member
	}
	return m.Family
}

// Set says what a heading stands for.
func (m *Mapping) Set(file FileKind, heading, column string) {
	part := &m.Family
	if file == MemberFile {
		part = &m.Member
	}
	if *part == nil {
		*part = map[string]string{}
	}
	(*part)[headingKey(heading)] = column
}

func headingKey(heading string) string { return strings.ToLower(strings.TrimSpace(legible(heading))) }

// column returns the column that a heading stands for, "" for one that is
// passed over, and whether the mapping says anything of it.
func (m *Mapping) column(file FileKind, heading string) (string, bool) {
	if m == nil {
		return "", false
	}
	ours, ok := m.of(file)[heading]
	return ours, ok
}

func readMapping(text string) (*Mapping, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no mapping is a mapping like any other
	}
	m := &Mapping{}
	if err := json.Unmarshal([]byte(text), m); err != nil {
		return nil, fmt.Errorf("registry: a mapping: %w", err)
	}
	return m, nil
}

// Heading is a heading of a file with what it stands for.
type Heading struct {
	Written string
	Column  string // ours; "" for one that is passed over or not understood
	How     HeadingHow
}

// HeadingHow says how a heading came by its column.
type HeadingHow string

// The ways.
const (
	HeadingOurs    HeadingHow = "ours"    // it is the column's own
	HeadingMapped  HeadingHow = "mapped"  // the mapping says so
	HeadingGuessed HeadingHow = "guessed" // by what offices usually write
	HeadingUnknown HeadingHow = "unknown"
)

// Headings returns the headings of both files with what they stand for, by a
// mapping (nil for none) and else by guess. Files that cannot be read have
// none: the check says why.
func (s *Service) Headings(files Files, m *Mapping) (map[FileKind][]Heading, error) {
	all := map[FileKind][]Heading{}
	for kind, f := range files.each() {
		rows, problem, err := sheet.Open(f.Data, f.Size, string(kind))
		if err != nil {
			return nil, fmt.Errorf("registry: reading headings: %w", err)
		}
		if problem != "" {
			continue
		}
		var rec sheet.Record
		rows.Next(&rec)
		err = rows.Err()
		if closed := rows.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return nil, fmt.Errorf("registry: reading headings: %w", err)
		}
		all[kind] = s.headings(kind, rec.Fields, m)
	}
	return all, nil
}

func (s *Service) headings(kind FileKind, written []string, m *Mapping) []Heading {
	columns := s.ColumnNames(kind)
	taken := map[string]bool{}
	var all []Heading
	for _, w := range written {
		key := headingKey(w)
		if key == "" || strings.HasPrefix(key, ownColumn) {
			continue
		}
		h := Heading{Written: strings.TrimSpace(w), How: HeadingUnknown}
		if ours, ok := m.column(kind, key); ok {
			h.Column, h.How = ours, HeadingMapped
		} else if slices.Contains(columns, key) {
			h.Column, h.How = key, HeadingOurs
		}
		taken[h.Column] = true
		all = append(all, h)
	}
	guesses := s.guesses(kind)
	for i := range all {
		h := &all[i]
		if h.How != HeadingUnknown {
			continue
		}
		if column := guesses[letters(h.Written)]; column != "" && !taken[column] {
			h.Column, h.How = column, HeadingGuessed
			taken[column] = true
		}
	}
	return all
}

// MappingOf returns what headings say as a mapping, without what needs none.
func MappingOf(headings map[FileKind][]Heading) *Mapping {
	m := &Mapping{}
	for kind, all := range headings {
		for _, h := range all {
			if h.How == HeadingMapped || h.How == HeadingGuessed {
				m.Set(kind, h.Written, h.Column)
			}
		}
	}
	return m
}

// ColumnNames lists the columns that one of the files may have.
func (s *Service) ColumnNames(kind FileKind) []string {
	var names []string
	level := indicator.Family
	if kind == FamilyFile {
		for _, f := range s.familyLayout().fields {
			names = append(names, f.name)
		}
	} else {
		level = indicator.Person
		for _, f := range s.memberLayout().fields {
			names = append(names, f.name)
		}
	}
	for _, i := range s.catalogue.Stored(level) {
		names = append(names, i.Code)
	}
	return names
}

//go:embed synonyms.yaml
var synonymsFile []byte

// synonyms are what offices write above columns, by our name for them.
var synonyms = sync.OnceValue(func() map[string][]string {
	var all map[string][]string
	if err := yaml.Unmarshal(synonymsFile, &all); err != nil {
		panic("registry: synonyms.yaml: " + err.Error())
	}
	return all
})

// guesses returns which letters of a heading mean which column. What could
// mean two means none.
func (s *Service) guesses(kind FileKind) map[string]string {
	guesses := map[string]string{}
	add := func(text, column string) {
		if key := letters(text); guesses[key] == "" && key != "" {
			guesses[key] = column
		} else if guesses[key] != column {
			guesses[key] = "-"
		}
	}
	level := indicator.Family
	if kind == MemberFile {
		level = indicator.Person
	}
	for _, column := range s.ColumnNames(kind) {
		add(column, column)
		for _, text := range synonyms()[column] {
			add(text, column)
		}
		if i, ok := s.catalogue.Lookup(level, column); ok {
			add(i.Name.ID, column)
			add(i.Name.EN, column)
		}
	}
	maps.DeleteFunc(guesses, func(_, column string) bool { return column == "-" })
	return guesses
}

// letters leaves of a heading its letters and digits: "No. KK *" is "nokk".
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Mappings returns the saved mappings, by name.
func (s *Service) Mappings(ctx context.Context) ([]SavedMapping, error) {
	if _, err := access.Require(ctx, access.Import); err != nil {
		return nil, err
	}
	all, err := work.Read(ctx, s.unit, s.store.Mappings)
	if err != nil {
		return nil, fmt.Errorf("registry: mappings: %w", err)
	}
	return all, nil
}

// Mapping returns a saved mapping; fault.NotFound when there is none, with
// the name that is spelt most like it.
func (s *Service) Mapping(ctx context.Context, name string) (*SavedMapping, error) {
	all, err := s.Mappings(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Name == name {
			return &all[i], nil
		}
	}
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	if nearest := indicator.NearestOf(name, names); nearest != "" {
		return nil, fault.NotFound("registry.mapping.not_found_near", "name", name, "nearest", nearest)
	}
	return nil, fault.NotFound("registry.mapping.not_found", "name", name)
}

// SaveMapping keeps a mapping under a name, in place of one that had it. It
// returns fault.Invalid for what no import could use: a bad name, a column
// that there is not, or two headings for one column.
func (s *Service) SaveMapping(ctx context.Context, name string, m Mapping) error {
	actor, err := access.Require(ctx, access.Import)
	if err != nil {
		return err
	}
	const longest = 60
	if name = strings.TrimSpace(name); name == "" || len(name) > longest || countDigits(name) >= identifierDigits {
		return fault.Invalid("registry.mapping.bad_name", "most", longest)
	}
	if err := s.checkMapping(&m); err != nil {
		return err
	}
	saved := &SavedMapping{Name: name, Mapping: m, By: actor.Login, At: s.clock.Now()}
	return s.mapped(ctx, "import.mapping.save", name, func(ctx context.Context) error { return s.store.KeepMapping(ctx, saved) })
}

func (s *Service) checkMapping(m *Mapping) error {
	for _, kind := range []FileKind{FamilyFile, MemberFile} {
		columns, from := s.ColumnNames(kind), map[string]string{}
		for _, heading := range slices.Sorted(maps.Keys(m.of(kind))) {
			column := m.of(kind)[heading]
			switch {
			case column == "":
			case !slices.Contains(columns, column):
				return fault.Invalid("registry.mapping.no_column", "column", column, "file", string(kind))
			case from[column] != "":
				return fault.Invalid("registry.mapping.column_twice", "column", column, "one", from[column], "other", heading)
			}
			from[column] = heading
		}
	}
	return nil
}

// DropMapping removes a saved mapping.
func (s *Service) DropMapping(ctx context.Context, name string) error {
	if _, err := access.Require(ctx, access.Import); err != nil {
		return err
	}
	return s.mapped(ctx, "import.mapping.delete", name, func(ctx context.Context) error { return s.store.DropMapping(ctx, name) })
}

func (s *Service) mapped(ctx context.Context, action, name string, change func(ctx context.Context) error) error {
	return s.unit.Write(ctx, func(ctx context.Context) error {
		if err := change(ctx); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: action, Subject: name, Count: 1})
	})
}

// UploadHeadings returns the headings of an upload with what they stand for,
// and whether all are ours, so that nobody has to look at them.
func (s *Service) UploadHeadings(ctx context.Context, id ident.ID, m *Mapping) (headings map[FileKind][]Heading, ours bool, err error) {
	u, err := s.upload(ctx, id)
	if err != nil {
		return nil, false, err
	}
	if m == nil {
		if m, err = readMapping(u.Mapping); err != nil {
			return nil, false, err
		}
	}
	if headings, err = s.Headings(s.filesOf(ctx, u), m); err != nil {
		return nil, false, err
	}
	ours = true
	for _, all := range headings {
		for _, h := range all {
			ours = ours && h.How == HeadingOurs
		}
	}
	return headings, ours, nil
}

// MapUpload ties the headings of an upload to columns.
func (s *Service) MapUpload(ctx context.Context, id ident.ID, m Mapping) error {
	u, err := s.upload(ctx, id)
	if err != nil {
		return err
	}
	if err := s.checkMapping(&m); err != nil {
		return err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	u.Mapping = string(b)
	return s.unit.Write(ctx, func(ctx context.Context) error { return s.store.KeepUpload(ctx, u) })
}
