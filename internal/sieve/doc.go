// Package sieve finds families by a rule that somebody types: the same
// language as programmes, asked of the newest snapshot by the database, which
// is the third reader of rules. Families of whom the rule cannot be told are
// kept apart, with the facts to ask for. Rules can be kept by name; they name
// nobody.
package sieve
