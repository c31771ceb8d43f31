package document

import (
	"slices"
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// say adds blocks to a paper.
func (p *Paper) say(all ...Block) { p.Blocks = append(p.Blocks, all...) }

// LongDay writes a day as papers do: 5 Januari 2026.
func LongDay(l i18n.Lang, d civil.Date) string {
	year, month, day := d.YMD()
	return strconv.Itoa(day) + " " + i18n.T(l, "web.month."+strconv.Itoa(int(month))) + " " + strconv.Itoa(year)
}

func yearOf(d civil.Date) int {
	year, _, _ := d.YMD()
	return year
}

// digits writes an amount for a table's cell.
func digits(a money.Rupiah) string { return strconv.FormatInt(int64(a), 10) }

// grouping writes a number inside a sentence.
func grouping(l i18n.Lang, n int64) string { return written(l, Count, strconv.FormatInt(n, 10)) }

// Rupiah writes an amount inside a sentence.
func Rupiah(l i18n.Lang, a money.Rupiah) string { return "Rp" + grouping(l, int64(a)) }

// lettered marks clauses a., b., c.
func lettered(texts ...string) []Clause {
	all := make([]Clause, len(texts))
	for i, s := range texts {
		all[i] = Clause{string(rune('a'+i)) + ".", s}
	}
	return all
}

// numbered marks clauses 1., 2., 3.
func numbered(texts ...string) []Clause {
	all := make([]Clause, len(texts))
	for i, s := range texts {
		all[i] = Clause{strconv.Itoa(i+1) + ".", s}
	}
	return all
}

func appendNew(to []string, all ...string) []string {
	for _, s := range all {
		if !slices.Contains(to, s) {
			to = append(to, s)
		}
	}
	return to
}
