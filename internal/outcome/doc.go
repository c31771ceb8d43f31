// Package outcome says what became of families: who left poverty and by
// which road, who fell back and for how long somebody has been out; whom the
// programmes miss, relieve only, or serve twice; and who has come to the end
// of a programme.
//
// A measure is a pure function of dated rankings, of the determinations that
// were enacted between them and of a policy file. It counts what a scoring
// model predicts: that somebody is out of poverty is as sure as the model is,
// and that aid went before it does not say that aid brought it.
//
// Nothing follows from a measure by itself. Who has come to the end of a
// programme is shown; a person proposes to end the aid, and another decides.
package outcome
