package cli

import (
	"gotong/internal/i18n"
	"gotong/internal/money"
)

func rupiah(n int64) string { return money.Rupiah(n).String() }

func yes(l i18n.Lang, ok bool) string {
	if ok {
		return i18n.T(l, "cli.yes")
	}
	return i18n.T(l, "cli.no")
}
