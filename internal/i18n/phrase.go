package i18n

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
)

// Both returns a phrase that is the same in both languages.
func Both(s string) Text { return Text{ID: s, EN: s} }

// Complete reports whether the phrase says something in every language.
func (t Text) Complete() bool {
	return !slices.ContainsFunc([]string{t.ID, t.EN}, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// Translated reports whether the phrase is complete and was written in each
// language by itself.
func (t Text) Translated() bool { return t.Complete() && t.ID != t.EN }

// UnmarshalYAML reads {id: …, en: …}, or one text that stands for both
// languages, as files have it that an office writes for itself.
func (t *Text) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*t = Both(n.Value)
		return nil
	}
	var words map[Lang]string
	if err := n.Decode(&words); err != nil {
		return err
	}
	for l := range words {
		if !slices.Contains(Langs, l) {
			return fmt.Errorf("line %d: %q is no language of the pages", n.Line, string(l))
		}
	}
	*t = Text{ID: words[ID], EN: words[EN]}
	return nil
}

// Day writes a day for people, short enough for a line of a list: 22 Agu 2025.
func Day(l Lang, d civil.Date) string {
	year, month, day := d.YMD()
	return strconv.Itoa(day) + " " + T(l, "web.month_short."+strconv.Itoa(int(month))) + " " + strconv.Itoa(year)
}
