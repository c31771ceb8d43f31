package registry

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"gotong/internal/i18n"
	"gotong/internal/registry/sheet"
)

// WriteProblems writes problems as CSV in a language: one line for each,
// with file, row, column, value, level, what is wrong and what to do. The
// byte-order mark lets a spreadsheet read it as UTF-8.
func WriteProblems(w io.Writer, problems []Problem, l i18n.Lang) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	heading := make([]string, 0, 7)
	for _, column := range []string{"file", "row", "column", "value", "level", "problem", "fix"} {
		heading = append(heading, i18n.T(l, "registry.errorfile."+column))
	}
	if err := out.Write(heading); err != nil {
		return err
	}
	for _, p := range problems {
		level := "registry.errorfile.error"
		if p.Warning {
			level = "registry.errorfile.warning"
		}
		row := strconv.Itoa(p.Row)
		if p.Row == 0 {
			row = ""
		}
		err := out.Write([]string{string(p.File), row, sheet.Harmless(p.Column), sheet.Harmless(p.Value),
			i18n.T(l, level), sheet.Harmless(p.What(l)), sheet.Harmless(p.ToDo(l))})
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// IsProblems reports whether r begins as what WriteProblems writes.
func IsProblems(r io.Reader) bool {
	head := make([]byte, 256)
	n, _ := io.ReadFull(r, head)
	line, _, _ := strings.Cut(string(head[:n]), "\n")
	for _, l := range i18n.Langs {
		var heading []string
		for _, column := range []string{"file", "row", "column", "value", "level", "problem", "fix"} {
			heading = append(heading, i18n.T(l, "registry.errorfile."+column))
		}
		if line == "\ufeff"+strings.Join(heading, ",") {
			return true
		}
	}
	return false
}
