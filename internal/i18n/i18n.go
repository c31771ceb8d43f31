// Package i18n turns message keys into Indonesian or English sentences.
//
// Sentences live in the locales folder, a pair of YAML files a domain. A key
// is the file's name and the path inside it: registry.import.missing_column.
// A sentence names its places: "Kolom {column} tidak ada". There is no
// plural form, since Indonesian has none; English sentences are worded so
// that they need none.
package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/locales"
)

// Lang is a language of the pages.
type Lang string

// The languages. Indonesian is the default.
const (
	ID Lang = "id"
	EN Lang = "en"
)

// Langs lists every language, the default first.
var Langs = []Lang{ID, EN}

// ParseLang returns the language named s, or Indonesian.
func ParseLang(s string) Lang {
	if Lang(s) == EN {
		return EN
	}
	return ID
}

// Text is a phrase in both languages, as policy files carry it.
type Text struct {
	ID string `yaml:"id" json:"id"`
	EN string `yaml:"en" json:"en"`
}

// In returns the phrase in a language, or the other one where it is missing.
func (t Text) In(l Lang) string {
	if l == EN && t.EN != "" || t.ID == "" {
		return t.EN
	}
	return t.ID
}

var catalogue = mustLoad(locales.Files)

func mustLoad(files fs.FS) map[Lang]map[string]string {
	c, err := load(files)
	if err != nil {
		panic(err) // the files are part of the program
	}
	return c
}

func load(files fs.FS) (map[Lang]map[string]string, error) {
	c := map[Lang]map[string]string{}
	for _, l := range Langs {
		c[l] = map[string]string{}
		names, err := fs.Glob(files, "*."+string(l)+".yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			b, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, err
			}
			var tree map[string]any
			if err := yaml.Unmarshal(b, &tree); err != nil {
				return nil, fmt.Errorf("i18n: %s: %w", name, err)
			}
			if err := flatten(c[l], strings.TrimSuffix(name, "."+string(l)+".yaml"), tree); err != nil {
				return nil, fmt.Errorf("i18n: %s: %w", name, err)
			}
		}
	}
	return c, nil
}

func flatten(into map[string]string, prefix string, tree map[string]any) error {
	for k, v := range tree {
		key := prefix + "." + k
		switch v := v.(type) {
		case map[string]any:
			if err := flatten(into, key, v); err != nil {
				return err
			}
		case string:
			into[key] = v
		default:
			return fmt.Errorf("%s is %T, not a sentence (put it in quotes)", key, v)
		}
	}
	return nil
}

// Has reports whether key has a sentence in language l.
func Has(l Lang, key string) bool {
	_, ok := catalogue[l][key]
	return ok
}

// T returns the sentence of key with its {name} places filled from args:
// name, value, name, value; a day is written as Day does. A key without a sentence is returned in brackets,
// which a test looks for.
func T(l Lang, key string, args ...any) string {
	s, ok := catalogue[l][key]
	if !ok {
		return "[" + key + "]"
	}
	return Fill(s, withDays(l, args)...)
}

// withDays returns args with every day written out.
func withDays(l Lang, args []any) []any {
	isDay := func(a any) bool { _, ok := a.(civil.Date); return ok }
	if !slices.ContainsFunc(args, isDay) {
		return args
	}
	written := slices.Clone(args)
	for i, a := range written {
		if d, ok := a.(civil.Date); ok {
			written[i] = Day(l, d)
		}
	}
	return written
}

// Fill replaces the {name} places of s with the values in args: name, value,
// name, value. A Text value is filled in whichever language s is not known
// to be; pass a string where it matters.
func Fill(s string, args ...any) string {
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// keyed is what package fault's Error is to this package, which lies beside
// it and so does not import it.
type keyed interface {
	error
	Message() (key string, args []any)
}

// Error returns the sentence of the first keyed fault in err's chain, or the
// sentence for an internal failure, which gives nothing away.
func Error(l Lang, err error) string {
	var k keyed
	if errors.As(err, &k) {
		key, args := k.Message()
		if Has(l, key) {
			return T(l, key, args...)
		}
	}
	return T(l, "core.error.internal")
}
