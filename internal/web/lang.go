package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

type langKey struct{}

// WithLang returns a context whose pages are in language l.
func WithLang(ctx context.Context, l i18n.Lang) context.Context {
	return context.WithValue(ctx, langKey{}, l)
}

// Lang returns the language of the page being rendered, Indonesian by default.
func Lang(ctx context.Context) i18n.Lang {
	if l, ok := ctx.Value(langKey{}).(i18n.Lang); ok {
		return l
	}
	return i18n.ID
}

// T returns the sentence of key in the page's language, with its {name}
// places filled from args: name, value, name, value.
func T(ctx context.Context, key string, args ...any) string {
	return i18n.T(Lang(ctx), key, args...)
}

// separators returns the marks between groups of three digits and before the
// decimals.
func separators(l i18n.Lang) (group, decimal byte) {
	if l == i18n.EN {
		return ',', '.'
	}
	return '.', ','
}

// Rupiah writes an amount: Rp1.250.000 in Indonesian, Rp1,250,000 in English.
func Rupiah(ctx context.Context, a money.Rupiah) string {
	group, _ := separators(Lang(ctx))
	digits := a.Grouped(group)
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		return "−Rp" + rest
	}
	return "Rp" + digits
}

// ShortRupiah writes a large amount in words, for a headline: Rp12,45 miliar.
// Below a million it is Rupiah.
func ShortRupiah(ctx context.Context, a money.Rupiah) string {
	for _, unit := range []struct {
		key  string
		size float64
	}{{"web.money.trillion", 1e12}, {"web.money.billion", 1e9}, {"web.money.million", 1e6}} {
		if x := float64(a) / unit.size; x >= 1 || x <= -1 {
			text := Decimal(ctx, x, 2)
			rest, negative := strings.CutPrefix(text, "−")
			sign := ""
			if negative {
				sign = "−"
			}
			return sign + "Rp" + rest + " " + T(ctx, unit.key)
		}
	}
	return Rupiah(ctx, a)
}

// Number writes a whole number in groups of three: 20.000, 20,000.
func Number[N ~int | ~int32 | ~int64 | ~uint64](ctx context.Context, n N) string {
	group, _ := separators(Lang(ctx))
	return strings.Replace(money.Rupiah(n).Grouped(group), "-", "−", 1)
}

// Decimal writes x with the given number of decimals, in the page's marks.
func Decimal(ctx context.Context, x float64, decimals int) string {
	group, decimal := separators(Lang(ctx))
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(x, 'f', decimals, 64), ".")
	negative := strings.HasPrefix(whole, "-")
	n, err := strconv.ParseInt(strings.TrimPrefix(whole, "-"), 10, 64)
	if err != nil { // not a number, infinite, or beyond 64 bits
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	var b strings.Builder
	if negative {
		b.WriteString("−")
	}
	b.WriteString(money.Rupiah(n).Grouped(group))
	if decimals > 0 {
		b.WriteByte(decimal)
		b.WriteString(fraction)
	}
	return b.String()
}

// Percent writes the share part of whole with one decimal, "12,5%", and a
// dash when whole is zero.
func Percent(ctx context.Context, part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return Decimal(ctx, 100*float64(part)/float64(whole), 1) + "%"
}

// Day writes a day in words: 22 November 2025.
func Day(ctx context.Context, d civil.Date) string {
	year, month, day := d.YMD()
	return strconv.Itoa(day) + " " + T(ctx, "web.month."+strconv.Itoa(int(month))) + " " + strconv.Itoa(year)
}

// DayStart returns the instant at which a day of the pages begins: midnight
// in WIB, the zone that Moment writes.
func DayStart(d civil.Date) time.Time {
	year, month, day := d.YMD()
	return time.Date(year, month, day, 0, 0, 0, 0, civil.WIB)
}

// Moment writes an instant with its zone: 22 November 2025, 14.05 WIB.
func Moment(ctx context.Context, t time.Time) string { return moment(ctx, t, Day) }

// shortMoment writes an instant for a narrow cell: 22 Nov 2025, 14.05 WIB.
func shortMoment(ctx context.Context, t time.Time) string { return moment(ctx, t, shortDay) }

func moment(ctx context.Context, t time.Time, day func(context.Context, civil.Date) string) string {
	t = t.In(civil.WIB)
	layout := "15.04"
	if Lang(ctx) == i18n.EN {
		layout = "15:04"
	}
	return day(ctx, civil.OfTime(t)) + ", " + t.Format(layout) + " WIB"
}

// Span writes a length of time in its largest whole unit, as a person says
// it: 40 detik, 3 menit, 2 jam, 5 hari.
func Span(ctx context.Context, d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return T(ctx, "web.span.seconds", "n", int64(d.Round(time.Second)/time.Second))
	case d < 90*time.Minute:
		return T(ctx, "web.span.minutes", "n", int64(d.Round(time.Minute)/time.Minute))
	case d < 36*time.Hour:
		return T(ctx, "web.span.hours", "n", int64(d.Round(time.Hour)/time.Hour))
	default:
		return T(ctx, "web.span.days", "n", int64(d.Round(24*time.Hour)/(24*time.Hour)))
	}
}
