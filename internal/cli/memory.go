package cli

import (
	"os"
	"runtime/debug"
)

// Percents by which memory may grow beyond what is in use before it is gone
// through, while lists are linked: the longer the lists, the more each is, and
// the less often it comes to it.
const (
	sparingPercent = 20
	longPercent    = 8
)

// longBytes is from how much on lists are long.
const longBytes = 200 << 20

// sparing keeps memory close to what is in use, while files of lists are
// linked, until the function that it returns is called. The records of lists are
// arrays without pointers, which take little to go through.
func sparing(paths ...string) func() {
	percent, size := sparingPercent, int64(0)
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			size += info.Size()
		}
	}
	if size >= longBytes {
		percent = longPercent
	}
	before := debug.SetGCPercent(percent)
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
