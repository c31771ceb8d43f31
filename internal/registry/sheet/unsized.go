package sheet

import (
	"io"
	"slices"

	"github.com/parquet-go/parquet-go/format"
)

// unsized is a file as its reader is shown it: some of its pages say nothing of
// what they unpack to.
//
// The library makes room for what a page's header says and has the page
// unpacked into it. LZ4 mostly unpacks to room of its own instead, and where
// that is just as large as the header says, the library goes on with the room
// that nothing was written into. It takes what was unpacked where that is
// longer than was said, so a page of LZ4 is made to say nothing.
type unsized struct {
	io.ReaderAt
	sizes []place // in the order of the file, once it is read
}

// place is where a size stands in a file, and in how many bytes.
type place struct {
	at   int64
	wide int
}

// forget makes the page whose header stands at a place say nothing of its
// size, and reports whether it could.
func (u *unsized) forget(header []byte, at int64) bool {
	begins, wide, ok := saidSize(header)
	if ok {
		u.sizes = append(u.sizes, place{at + int64(begins), wide})
	}
	return ok
}

// inOrder is called between the last of forget and the first of reading.
func (u *unsized) inOrder() {
	slices.SortFunc(u.sizes, func(a, b place) int { return int(min(max(a.at-b.at, -1), 1)) })
}

// saidSize returns where in a page's header the size stands that it unpacks
// to: the second field, behind the kind of page.
func saidSize(header []byte) (begins, wide int, ok bool) {
	const nextInt32 = 0x15 // the head of a field that is a whole number, one further than the field before
	const kind = 2         // bytes of the first field
	if len(header) < kind+2 || header[0] != nextInt32 || header[1] > byte(2*format.DataPageV2) || header[kind] != nextInt32 {
		return 0, 0, false
	}
	begins = kind + 1
	for at := begins; at < len(header); at++ {
		if header[at] < goesOn {
			return begins, at + 1 - begins, true
		}
	}
	return 0, 0, false
}

// goesOn marks a byte of a number that goes on in the next one.
const goesOn = 0x80

// ReadAt implements io.ReaderAt. A size is written over with a nothing that is
// as wide.
func (u *unsized) ReadAt(b []byte, off int64) (int, error) {
	n, err := u.ReaderAt.ReadAt(b, off)
	first, _ := slices.BinarySearchFunc(u.sizes, off, func(p place, off int64) int {
		if p.at+int64(p.wide) <= off {
			return -1
		}
		return 1
	})
	for _, p := range u.sizes[first:] {
		if p.at >= off+int64(n) {
			break
		}
		for i := range p.wide {
			if at := p.at + int64(i) - off; at >= 0 && at < int64(n) {
				b[at] = goesOn
				if i == p.wide-1 {
					b[at] = 0
				}
			}
		}
	}
	return n, err
}
