package programme

import "gotong/internal/money"

const monthsPerYear = 12

// months is how many months lie between two instalments.
var months = map[Every]int{"month": 1, "two_months": 2, "quarter": 3, "half_year": 6, "year": 12}

// Instalments returns in how many parts the amount of a year is paid: 1 for
// what is given once.
func (c Cycle) Instalments() int {
	if m, ok := months[c.Every]; ok {
		return monthsPerYear / m
	}
	return 1
}

// Split returns a year's instalments of an amount. They sum to it exactly;
// the last takes the remainder, since 6 × 333,333 is not 2,000,000.
func (c Cycle) Split(annual money.Rupiah) []money.Rupiah { return annual.Split(c.Instalments()) }

// Months returns how many months lie between two instalments; 0 for what is
// given once.
func (c Cycle) Months() int { return months[c.Every] }
