// Package pathout shows one family's way out of poverty: what it receives,
// classed by the two strategies (income raised, spending relieved), which
// needs are met, who in it could earn and does not yet, what to do next, and
// how it has stood in the rankings over time.
//
// Needs and steps are rules in policy/pathout.yaml, dated and sourced. Like
// all rules they are three-valued: a need of which nothing is known is a
// question to ask, not a need met.
package pathout
