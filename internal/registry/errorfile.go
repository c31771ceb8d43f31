package registry

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"gotong/internal/i18n"
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
		err := out.Write([]string{string(p.File), row, harmless(p.Column), harmless(p.Value),
			i18n.T(l, level), harmless(p.What(l)), harmless(p.ToDo(l))})
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from running a cell as a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
