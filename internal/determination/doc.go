// Package determination decides who gets what, and can say why.
//
// A determination is a pure function of an immutable snapshot, a ranking of
// it and the programmes in force on its day. Each family, or each person in
// a programme of persons, is entitled, waitlisted, refused or undetermined;
// undetermined means that a missing fact decides, and which to collect. The
// answer of every clause is kept, so a reason is always exact.
//
// The outcome is written as column files, one for each programme and
// regency, whose digests stand in a signed manifest beside copies of the
// policy files. Anyone can recompute them: Run uses the rules' kernels,
// Recheck their interpreters, and both must give the same bytes. Rows in the
// database are a copy for pages; money is paid from the files.
//
// Nothing follows from a determination until it is enacted, which takes two
// people.
package determination
