package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/linkage"
)

// oneOf refuses what is none of the words that a flag takes.
func oneOf(flag, text string, words []string) (string, error) {
	if !slices.Contains(words, text) {
		return "", fault.Invalid("cli.desk.one_of", "flag", flag, "value", text, "words", strings.Join(words, ", "))
	}
	return text, nil
}

// chance writes a chance in per cent, never as a round hundred.
func (e *env) chance(p float64) string {
	const nearlySure = .999
	if p > nearlySure {
		return ">99.9%"
	}
	return strconv.FormatFloat(100*p, 'f', 1, 64) + "%"
}

// named is a person's name, or that they are on record elsewhere.
func (e *env) named(s *linkage.SideTold) string {
	if !s.Shown {
		return i18n.T(e.lang, "linkage.hidden")
	}
	return s.Name
}

// pair prints a pair side by side.
func (e *env) pair(r *linkage.ReviewTold) {
	e.printf("%s\n", i18n.T(e.lang, "cli.desk.pair", "id", r.ID, "status", i18n.T(e.lang, "linkage.status."+r.Status), "chance", e.chance(r.Chance)))
	if r.DecidedBy != "" {
		e.printf("%s\n", i18n.T(e.lang, "cli.desk.decided", "who", r.DecidedBy, "at", r.DecidedAt.Format("2006-01-02 15:04"), "reason", r.Reason))
	}
	e.sides(i18n.T(e.lang, "linkage.pair.left"), i18n.T(e.lang, "linkage.pair.right"), &r.Left, &r.Right)
	e.pieces(r.Prior, r.Pieces, r.Sum)
	if r.Status == string(linkage.Open) && r.Suggested != "" {
		e.printf("%s\n", i18n.T(e.lang, "cli.desk.suggested", "side", r.Suggested))
	}
	for _, s := range []linkage.SideTold{r.Left, r.Right} {
		for _, w := range s.Warnings {
			e.printf("! %s: %s\n", s.Name, w)
		}
	}
	for i := range r.Others {
		o := &r.Others[i]
		e.printf("%s\n", i18n.T(e.lang, "cli.desk.other", "id", o.ID, "left", e.named(&o.Left), "right", e.named(&o.Right), "status", i18n.T(e.lang, "linkage.status."+o.Status)))
	}
	if r.Next != "" {
		e.printf("%s\n", i18n.T(e.lang, "cli.desk.following", "id", r.Next))
	}
}

// sides prints two records under the names of their fields; what neither says
// is left out.
func (e *env) sides(left, right string, l, r *linkage.SideTold) {
	if e.json {
		return
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\t%s\t%s\n", left, right)
	for _, row := range []struct {
		field string
		value func(s *linkage.SideTold) string
	}{
		{"name", e.named},
		{"mother", func(s *linkage.SideTold) string { return s.Mother }},
		{"born", func(s *linkage.SideTold) string { return s.Born }},
		{"sex", func(s *linkage.SideTold) string { return s.Sex }},
		{"number", func(s *linkage.SideTold) string { return s.NIKMasked }},
		{"area", func(s *linkage.SideTold) string { return s.Area }},
		{"address", func(s *linkage.SideTold) string { return rtrw(s) }},
		{"head", func(s *linkage.SideTold) string { return s.Head }},
		{"observed", func(s *linkage.SideTold) string { return s.ObservedOn }},
		{"person", func(s *linkage.SideTold) string {
			if s.Status == "" {
				return ""
			}
			return i18n.T(e.lang, "registry.person_status."+s.Status)
		}},
		{"aid", func(s *linkage.SideTold) string {
			if s.Aid == 0 {
				return ""
			}
			return rupiah(s.Aid)
		}},
	} {
		a, b := row.value(l), row.value(r)
		if a != "" || b != "" {
			fmt.Fprintf(w, "%s\t%s\t%s\n", i18n.T(e.lang, "linkage.field."+row.field), a, b)
		}
	}
	w.Flush() //nolint:errcheck // the result's own line tells when nobody listens
}

func rtrw(s *linkage.SideTold) string {
	text := s.Address
	if s.RT != "" || s.RW != "" {
		text += " RT " + s.RT + " RW " + s.RW
	}
	return strings.TrimSpace(text)
}

// pieces prints what speaks for one person and what against.
func (e *env) pieces(prior float64, pieces []linkage.PieceTold, sum float64) {
	if e.json {
		return
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%+.1f\t\n", i18n.T(e.lang, "linkage.pair.prior"), prior)
	for _, p := range pieces {
		fmt.Fprintf(w, "%s\t%+.1f\t%s\n", i18n.T(e.lang, "linkage.field."+p.Field), p.Bits, p.Finding)
	}
	fmt.Fprintf(w, "%s\t%+.1f\t\n", i18n.T(e.lang, "linkage.pair.total"), sum)
	w.Flush() //nolint:errcheck // as above
}
