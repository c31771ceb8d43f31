// Package condition follows the duties that go with aid: who owes what in
// which month, what schools and health facilities say of it, what the
// facilitator verifies, and what follows for the next instalment.
//
// A duty of which nothing is known is never a duty that was not met. What
// follows from misses is a pure function of what was verified and of the
// programme's file (Judge); it touches money only after the family had a
// letter about it and time to object, and an appeal that is upheld takes it
// back for good. The payment itself is made elsewhere, out of Service.Due.
package condition
