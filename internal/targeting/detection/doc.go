// Package detection applies the minister's first detection of poverty: who
// has nowhere to live is poor at once, of everybody else eight tests are
// asked (Kepmensos 262/HUK/2022).
//
// It is not a ranking and decides on no programme; it tells a village whom to
// look at first, why, and what is still to be asked. The tests are a dated
// policy file of rules, read as those of programmes are.
package detection
