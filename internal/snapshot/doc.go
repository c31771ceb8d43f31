// Package snapshot freezes what the register says on a day into immutable
// column files, from which every score, decile and decision is computed.
//
// A snapshot is a folder: one column file for each regency or city, and a
// manifest with the SHA-256 of each file, signed by the installation. It
// holds facts and ids, never a name or a number of a person. The same data
// on the same day give the same digest, whoever builds it and on however
// many machines, so a decision can name what it was made from.
//
// Derived indicators (ages, sizes, counts) are computed here, once, for the
// snapshot's day. Only active families and active members are in it.
package snapshot
