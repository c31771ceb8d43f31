package paysim

import (
	"maps"
	"slices"
)

// Faults says how often things go wrong, in a thousand.
type Faults struct {
	// Of a step.
	Crash int // the process dies between two of its steps
	Disk  int // a write of it fails: database, order file or audit log
	Race  int // somebody else acts between two of its steps
	// Of a hand-over.
	Broken  int // the line breaks before the file arrives
	Silent  int // the file arrives, its receipt does not
	Delayed int // the line breaks, and the file arrives minutes later
	Refused int
	// Of an enquiry.
	Mute int // no answer
	// Of a payment at the bank.
	Back    int // comes back
	Late    int // is answered only in the second file
	Mislaid int // is never answered
	Pending int // is answered as pending first
	Reverse int // comes back though it was credited before
	Short   int // is credited with less than was ordered
	// Of a return file.
	Repeat int // says a line twice
	Harmed int // somebody brings it cut off, forged, for another batch, or again
	// Of a step: life goes on.
	Life int
	// Of a step: a duty was missed, or an appeal about one is upheld.
	Duty int
	// Of a step: somebody tries what they may not.
	Wrong int
}

// faults are the settings there are.
var faults = map[string]Faults{
	"none": {},
	"default": {Crash: 60, Disk: 40, Race: 60, Broken: 60, Silent: 80, Delayed: 60, Refused: 20, Mute: 150,
		Back: 60, Late: 120, Mislaid: 5, Pending: 20, Reverse: 10, Short: 5, Repeat: 50, Harmed: 60, Life: 120, Duty: 60, Wrong: 60},
	"heavy": {Crash: 180, Disk: 150, Race: 150, Broken: 150, Silent: 200, Delayed: 150, Refused: 60, Mute: 400,
		Back: 200, Late: 250, Mislaid: 20, Pending: 60, Reverse: 40, Short: 20, Repeat: 200, Harmed: 150, Life: 200, Duty: 120, Wrong: 150},
}

// FaultNames lists the settings.
func FaultNames() []string { return slices.Sorted(maps.Keys(faults)) }
