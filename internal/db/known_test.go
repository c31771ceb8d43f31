package db

import (
	"testing"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// known is the engine whose inside this package was read beside.
const known = "2026-10-16 14:45:20 555e07ef33f69a0957d24d8e555b702464a131d6f1607f4c3c1e4551e8e6ca76"

// TestTheEngineIsTheOneThatIsKnown refuses another engine until somebody has
// looked at what this package takes for granted of it. The names of the
// engine's own structures are held by the compiler; what they mean is not.
func TestTheEngineIsTheOneThatIsKnown(t *testing.T) {
	if sqlite3.SQLITE_SOURCE_ID != known {
		t.Errorf(`the engine is %s (%s). Before it is taken, hold against its source:
	filepage.go  which frames of the log a view sees (walFindFrame), when it is fresh (walIndexTryHdr), where the pager keeps its size
	mapped.go    that a file's mapping may be longer than the engine lets itself say (unixMapfile)
	asker.go     that a connection's lock may be left out by whoever holds it alone, and rows of engine.go, too
	session.go   which counts are of broken constraints (sqlite3VdbeCheckFkDeferred)
then run the tests of this folder with -race and their fuzzing, and write the new one here`, sqlite3.SQLITE_VERSION, sqlite3.SQLITE_SOURCE_ID)
	}
	for name, c := range map[string]struct{ here, there int }{
		"head of the log":             {logHead, sqlite3.WAL_HDRSIZE},
		"head of a frame":             {frameHead, sqlite3.WAL_FRAME_HDRSIZE},
		"frames of a part":            {partFrames, sqlite3.HASHTABLE_NPAGE},
		"slots of a part":             {partSlots, sqlite3.HASHTABLE_NSLOT},
		"head of the index":           {indexHead, sqlite3.WALINDEX_HDR_SIZE},
		"head of the index, summed":   {indexHead, 2*int(unsafe.Sizeof(sqlite3.TWalIndexHdr{})) + int(unsafe.Sizeof(sqlite3.TWalCkptInfo{}))},
		"factor of the hash":          {hashFactor, sqlite3.HASHTABLE_HASH_1},
		"words that tell of a commit": {int(unsafe.Sizeof([6]uint64{})), int(unsafe.Sizeof(sqlite3.TWalIndexHdr{}))},
	} {
		if c.here != c.there {
			t.Errorf("%s: %d here, %d in the engine", name, c.here, c.there)
		}
	}
}
