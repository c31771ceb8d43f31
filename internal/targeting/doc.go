// Package targeting ranks families by predicted consumption and measures
// poverty.
//
// A scoring model (models/pmt_*.yaml) predicts the natural log of monthly
// consumption per person from what is known of a family: a proxy means test.
// All arithmetic is on whole numbers in millionths, so that every machine
// and every order of work gives the same bytes.
//
// A decile is a family's place in the order of scores, of the nation and of
// its regency or city. A fact that is missing makes the score, and with it
// the decile, unknown, unless the model says, with a source, what to put in
// its place: unknown is neither poor nor well off, it is to be asked.
package targeting
