package web

import (
	"context"
	"fmt"
	"time"

	"github.com/a-h/templ"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// Kind says what a column holds: how it is aligned and formatted on the page
// and typed in a file.
type Kind uint8

// The kinds of column.
const (
	Words  Kind = iota // text
	Code               // an identifier: text always, digits of one width
	Count              // a whole number
	Amount             // rupiah
	Date               // a civil day
	Time               // an instant
	Share              // a float64 between 0 and 1
	YesNo              // a bool
)

func (k Kind) class() string {
	switch k {
	case Count, Amount, Share:
		return "num"
	case Code:
		return "code"
	case Date, Time:
		return "day"
	}
	return ""
}

// Column is one column of a list, for the page and for files alike.
type Column[R any] struct {
	Name  string                  // short and stable: the order's name in the address and the heading in a CSV file
	Label string                  // heading on the page and in an XLSX file, in the page's language
	Kind  Kind                    // of what Value returns
	Value func(R) any             // nil shows a dash: not known
	Show  func(R) templ.Component // how the page shows it; nil shows Value by Kind
	Sort  bool                    // the list can be ordered by it
	Hide  bool                    // in files only
}

// List is a table of rows with the state that its address says.
type List[R any] struct {
	ID      string // of the list on the page; "" is the one that Filter filters
	Caption string // what the table holds; read by screen readers, printed above
	Columns []Column[R]
	Rows    []R
	Query   Query
	Href    func(R) string  // page of a row; nil has none
	Pick    func(R) string  // value of a row's tick box, named "pilih"; nil has none
	Total   *int64          // rows in all, when known
	Next    string          // cursor of the next page; "" is the last
	Prev    string          // cursor of the page before; "" is the first
	Totals  map[string]any  // totals by column name, below the rows
	Empty   string          // what to say when there are no rows
	EmptyAs templ.Component // what to show below that; may be nil
	Files   bool            // offer XLSX and CSV
}

// cellText formats a value by its kind, in the page's language.
func cellText(ctx context.Context, k Kind, value any) string {
	switch v := value.(type) {
	case nil:
		return "–"
	case string:
		if v == "" {
			return "–"
		}
		return v
	case money.Rupiah:
		return Rupiah(ctx, v)
	case civil.Date:
		return shortDay(ctx, v)
	case time.Time:
		return shortMoment(ctx, v)
	case bool:
		if v {
			return T(ctx, "web.table.yes")
		}
		return T(ctx, "web.table.no")
	case int:
		return number(ctx, k, int64(v))
	case int32:
		return number(ctx, k, int64(v))
	case int64:
		return number(ctx, k, v)
	case float64:
		if k == Share {
			return Decimal(ctx, 100*v, 1) + "%"
		}
		return Decimal(ctx, v, 2)
	case i18n.Text:
		return v.In(Lang(ctx))
	default:
		return fmt.Sprint(v)
	}
}

func number(ctx context.Context, k Kind, n int64) string {
	if k == Amount {
		return Rupiah(ctx, money.Rupiah(n))
	}
	return Number(ctx, n)
}

// shortDay writes a day for a column of days: 22 Nov 2025.
func shortDay(ctx context.Context, d civil.Date) string {
	year, month, day := d.YMD()
	return fmt.Sprintf("%d %s %d", day, T(ctx, fmt.Sprintf("web.month_short.%d", int(month))), year)
}

func (l List[R]) id() string {
	if l.ID == "" {
		return listID
	}
	return l.ID
}

// first is the index of the column that carries the row's link.
func (l List[R]) first() int {
	for i, c := range l.Columns {
		if !c.Hide {
			return i
		}
	}
	return 0
}
