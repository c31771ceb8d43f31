package db

import (
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// filePages are the pages of the embedded database as one of the engine's
// views sees them: those that were written since the file was last brought up
// to date lie in the engine's log, all others in the file. Both are read from
// the system's memory where they lie, for as long as the engine holds the view.
//
// How a file, its log and the log's index are laid out is laid down for good
// in the engine's documentation (fileformat2.html, walformat.html); which
// frames of the log are the view's, the engine is asked.
type filePages struct {
	file, log []byte // longer than the files: what is not there faults; see whole
	pager     *sqlite3.TPager
	wal       *sqlite3.TWal
	size      int  // of a page
	fits      fits // of an entry of an index
}

// A log's frame is a page behind a head; all frames are behind the log's own.
const (
	logHead   = 32
	frameHead = 24
)

// The log's index lies in parts, each with the page numbers of its frames and
// a table by which a page's last frame is found. The first has a head.
const (
	partFrames = 4096
	partSlots  = 2 * partFrames
	indexHead  = 136
	headFrames = indexHead / 4 // that the first part has less
	partBytes  = 4*partFrames + 2*partSlots
	hashFactor = 383 // of a page's number, for its first slot
)

// page returns a page of the view, nil for one that the engine must be asked for.
func (v *filePages) page(no uint32) []byte {
	if no == 0 || no > v.pager.FdbSize {
		return nil
	}
	frame, ok := v.frame(no)
	if !ok {
		return nil
	}
	from, at := v.file, (int(no)-1)*v.size
	if frame > 0 {
		from, at = v.log, logHead+(int(frame)-1)*(frameHead+v.size)+frameHead
	}
	if at+v.size > len(from) {
		return nil
	}
	return from[at : at+v.size : at+v.size]
}

// frame returns the last frame of the view that a page was written to, 0 for
// none. It is not ok where the engine has a part of the index yet to map.
func (v *filePages) frame(no uint32) (frame uint32, ok bool) {
	if v.wal.FbShmUnreliable != 0 { // the log's index is a copy of the engine's own
		return 0, false
	}
	last, first := v.wal.Fhdr.FmxFrame, v.wal.FminFrame
	if last == 0 || v.wal.FreadLock == 0 || first > last {
		return 0, true
	}
	for part := partOf(last); ; part-- {
		if part >= int(v.wal.FnWiData) {
			return 0, false
		}
		base := *(*uintptr)(outside(v.wal.FapWiData + uintptr(part)*unsafe.Sizeof(uintptr(0))))
		if base == 0 {
			return 0, false
		}
		if frame := frameIn(unsafe.Slice((*byte)(outside(base)), partBytes), part, no, first, last); frame > 0 {
			return frame, true
		}
		if part == partOf(first) {
			return 0, true
		}
	}
}

// partOf returns the part of the index that has a frame.
func partOf(frame uint32) int { return (int(frame) + headFrames - 1) / partFrames }

// frameIn returns a page's last frame from first to last that a part of the
// index has, 0 for none. Slots of later frames may be written meanwhile: those
// are passed by.
func frameIn(part []byte, no int, page, first, last uint32) (found uint32) {
	numbers := unsafe.Slice((*uint32)(unsafe.Pointer(&part[0])), partFrames)
	slots := unsafe.Slice((*uint16)(unsafe.Pointer(&part[4*partFrames])), partSlots)
	before := uint32(no * partFrames) // frames of the parts before
	if no == 0 {
		numbers = numbers[headFrames:]
	} else {
		before -= headFrames
	}
	for at, tries := page*hashFactor%partSlots, 0; slots[at] != 0 && tries < partSlots; at, tries = (at+1)%partSlots, tries+1 {
		n := uint32(slots[at])
		frame := before + n
		if n <= uint32(len(numbers)) && frame >= first && frame <= last && numbers[n-1] == page {
			found = frame // later slots are of later frames
		}
	}
	return found
}

// fresh reports whether nothing was committed since the view began, by
// whichever program.
func (v *filePages) fresh() bool {
	if v.wal.FnWiData == 0 || v.wal.FbShmUnreliable != 0 {
		return false
	}
	base := *(*uintptr)(outside(v.wal.FapWiData))
	if base == 0 {
		return false
	}
	now := (*[6]uint64)(outside(base))
	seen := (*[6]uint64)(unsafe.Pointer(&v.wal.Fhdr))
	for i := range seen {
		if atomic.LoadUint64(&now[i]) != *(*uint64)(unsafe.Pointer(&seen[i])) {
			return false
		}
	}
	return true
}

// filePages returns the pages of a session's views, nil where the engine is
// not built as is known. The session has had a view.
func (s *session) filePages(m *mappings) *filePages {
	handle := (*sqlite3.Tsqlite3)(outside(s.handle))
	tree := (*sqlite3.TBtree)(outside((*sqlite3.TDb)(outside(handle.FaDb)).FpBt))
	shared := (*sqlite3.TBtShared)(outside(tree.FpBt))
	pager := (*sqlite3.TPager)(outside(shared.FpPager))
	if pager.FpWal == 0 {
		return nil
	}
	wal := (*sqlite3.TWal)(outside(pager.FpWal))
	v := &filePages{pager: pager, wal: wal, size: int(shared.FpageSize),
		fits: fits{uint64(shared.FmaxLocal), uint64(shared.FminLocal), uint64(shared.FusableSize)}}
	v.file = m.of((*sqlite3.TunixFile)(outside(pager.Ffd)))
	v.log = m.of((*sqlite3.TunixFile)(outside(wal.FpWalFd)))
	if v.file == nil || v.log == nil {
		return nil
	}
	return v
}

// mappings are files in the system's memory, each once for all sessions.
type mappings struct {
	mu   sync.Mutex
	each map[[2]uint64][]byte
}

// mappedLongest is how much of a file is mapped: more than any is long, so
// that one that grows need not be mapped anew. What lies behind its end takes
// up no memory.
const mappedLongest = 1 << 38

// of maps a file that the engine has open, nil where the system does not. The
// engine's own handle serves: to close another would let go of its locks.
func (m *mappings) of(f *sqlite3.TunixFile) []byte {
	var is syscall.Stat_t
	if err := syscall.Fstat(int(f.Fh), &is); err != nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := [2]uint64{uint64(is.Dev), is.Ino}
	if b, ok := m.each[key]; ok {
		return b
	}
	b, err := syscall.Mmap(int(f.Fh), 0, mappedLongest, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil
	}
	if m.each == nil {
		m.each = map[[2]uint64][]byte{}
	}
	m.each[key] = b
	return b
}

// close lets go of the files.
func (m *mappings) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.each {
		_ = syscall.Munmap(b)
	}
	m.each = nil
}
