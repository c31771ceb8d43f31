package app

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// withoutNumbers returns a log that holds no number of a person, an account or
// a phone: whatever stands in a text as ten digits or more is hidden. Nothing
// writes one on purpose; this is for what a failure says of itself, such as a
// panic or an error of the database.
func withoutNumbers(l *slog.Logger) *slog.Logger { return slog.New(hiding{l.Handler()}) }

// hiding is a handler that hides long numbers in texts.
type hiding struct{ to slog.Handler }

func (h hiding) Enabled(ctx context.Context, l slog.Level) bool { return h.to.Enabled(ctx, l) }

func (h hiding) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, hideNumbers(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(hidden(a))
		return true
	})
	return h.to.Handle(ctx, out)
}

func (h hiding) WithAttrs(all []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(all))
	for i, a := range all {
		clean[i] = hidden(a)
	}
	return hiding{h.to.WithAttrs(clean)}
}

func (h hiding) WithGroup(name string) slog.Handler { return hiding{h.to.WithGroup(name)} }

// hidden hides long numbers in what a text or an object says; a count stays.
func hidden(a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(hideNumbers(v.String()))
	case slog.KindAny:
		a.Value = slog.StringValue(hideNumbers(fmt.Sprint(v.Any())))
	case slog.KindGroup:
		all := make([]slog.Attr, 0, len(v.Group()))
		for _, x := range v.Group() {
			all = append(all, hidden(x))
		}
		a.Value = slog.GroupValue(all...)
	default:
		a.Value = v
	}
	return a
}

// shortest is how many digits in a row may be a number of somebody: an account
// has ten or more.
const shortest = 10

// hideNumbers puts stars in the place of long numbers that stand by
// themselves, and lets what is part of a word, such as an id, be.
func hideNumbers(s string) string {
	var out strings.Builder
	kept := 0
	for from := 0; from < len(s); {
		if !inWord(s[from]) {
			from++
			continue
		}
		to, digits := from, true
		for to < len(s) && inWord(s[to]) {
			digits = digits && s[to] >= '0' && s[to] <= '9'
			to++
		}
		if digits && to-from >= shortest {
			out.WriteString(s[kept:from])
			out.WriteString("[…]")
			kept = to
		}
		from = to
	}
	if kept == 0 {
		return s
	}
	return out.String() + s[kept:]
}

func inWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_'
}
