package cli

import "runtime/debug"

// sparingPercent is how much memory may grow beyond what is in use before it
// is gone through, while lists are linked.
const sparingPercent = 8

// sparing keeps memory close to what is in use until the function that it
// returns is called. The records of lists are arrays without pointers, which
// take little to go through.
func sparing() func() {
	before := debug.SetGCPercent(sparingPercent)
	return func() { debug.SetGCPercent(before) }
}

// roomyPercent is likewise for snapshots, rankings and determinations: a
// partition comes and goes as a whole, so that going through memory often
// finds little, and stops all processors each time.
const roomyPercent = 400

// memoryAim is what a nation's snapshot, ranking and determination are to stay
// below; the figure is 4 GiB.
const memoryAim = 3 << 30

// roomy lets memory grow up to memoryAim until the function that it returns is
// called.
func roomy() func() {
	percent, limit := debug.SetGCPercent(roomyPercent), debug.SetMemoryLimit(memoryAim)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}
