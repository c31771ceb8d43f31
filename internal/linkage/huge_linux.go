package linkage

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugePage is the size of the larger pages, in bytes.
const hugePage = 2 << 20

// inHugePages asks the system to keep what lies in a slice in larger pages of
// memory: what is read here and there otherwise takes longer to be found than
// to be read. A system that does not, or has none left, leaves all as it is.
func inHugePages[T any](all []T) {
	if len(all) == 0 {
		return
	}
	at := unsafe.Pointer(&all[0])
	size := uintptr(len(all)) * unsafe.Sizeof(all[0])
	skip := -uintptr(at) & (hugePage - 1) // to where the first one begins
	if size < skip+hugePage {
		return
	}
	size = (size - skip) &^ (hugePage - 1)
	b := unsafe.Slice((*byte)(unsafe.Add(at, skip)), size)
	_ = unix.Madvise(b, unix.MADV_HUGEPAGE)
	_ = unix.Madvise(b, unix.MADV_COLLAPSE)
}
