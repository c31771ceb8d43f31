// Package ledger keeps the money as double entry in whole rupiah: every
// posting takes from one account what it gives to another, nothing is ever
// changed or removed, and no account gives what it does not hold.
//
// An account is a stage on the way of a fund's money: allotted (DIPA),
// reserved (SPM), released (SP2D), at the channel (bank, post, store),
// credited to recipients, withdrawn by them; or on the way back: returned,
// unclaimed, remitted to the treasury, recoverable. The database enforces the
// invariants as rows are written (migration 0040); Book.Prove recomputes them
// from the rows alone.
package ledger

import (
	"strings"

	"gotong/internal/fault"
	"gotong/internal/money"
)

// Kind is the stage that an account stands for.
type Kind string

// The stages. Treasury is where money comes from and alone may be negative:
// its balance is what the state has given, with a minus.
const (
	Treasury    Kind = "treasury"
	Allotment   Kind = "allotment"
	Reserved    Kind = "reserved"
	Released    Kind = "released"
	Channel     Kind = "channel"
	Credited    Kind = "credited"
	Withdrawn   Kind = "withdrawn"
	Returned    Kind = "returned"
	Unclaimed   Kind = "unclaimed"
	Remitted    Kind = "remitted"
	Recoverable Kind = "recoverable"
)

// Kinds lists the stages in the order in which money passes them.
var Kinds = []Kind{Treasury, Allotment, Reserved, Released, Channel, Credited, Withdrawn, Returned, Unclaimed, Remitted, Recoverable}

// Account is one stage of one fund. A fund is a budget year and a programme,
// "2026/pkh", or an area's part of it, "2026/pkh/3674".
type Account struct {
	Kind Kind
	Fund string
}

// Code returns the account's name in the books: "allotment:2026/pkh".
func (a Account) Code() string { return string(a.Kind) + ":" + a.Fund }

// Area returns the area that a fund is of, "" for the nation.
func Area(fund string) string {
	parts := strings.SplitN(fund, "/", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[2]
}

// ParseAccount reads what Code wrote.
func ParseAccount(code string) (Account, error) {
	kind, fund, ok := strings.Cut(code, ":")
	a := Account{Kind(kind), fund}
	if !ok || !a.valid() {
		return Account{}, fault.Invalid("ledger.bad_account", "account", code)
	}
	return a, nil
}

func (a Account) valid() bool {
	if a.Fund == "" || strings.ContainsAny(a.Fund, ":\n") {
		return false
	}
	for _, k := range Kinds {
		if a.Kind == k {
			return true
		}
	}
	return false
}

// mayOverdraw reports whether the account may stand below zero.
func (a Account) mayOverdraw() bool { return a.Kind == Treasury }

// Balance is what an account holds.
type Balance struct {
	Account Account
	Amount  money.Rupiah
}
