package sheet

import (
	"io"
	"strings"
	"sync"
	"unsafe"
)

// Block is a piece of a CSV text that ends where a row ends, so that blocks
// are read side by side.
type Block struct {
	Text   string
	Before int // rows in front of it, with the heading and empty lines

	delimiter byte
	endless   bool // it ends within a row that is longer than any row is
	room      []byte
	pool      *sync.Pool
}

// Free gives the block's room back to be read into. Nothing that was cut from
// its text may be used after that.
func (b *Block) Free() {
	if room := b.room; room != nil {
		b.pool.Put(&room)
	}
	*b = Block{}
}

// Reader returns a reader of the block's rows, which knows their numbers.
func (b Block) Reader() *Reader {
	r := NewReader(b.Text, b.delimiter)
	r.row, r.endless = b.Before, b.endless
	return r
}

// Blocks are rows that can be had in blocks instead.
type Blocks interface {
	Rows
	// Block returns the rows behind those that were handed out, up to some
	// row's end, and whether there were any.
	Block() (Block, bool)
}

// textBlock is how much text is read at a time, and longestRow bounds a row,
// so that a quote which is never closed ends somewhere, in bytes.
const (
	textBlock  = 256 << 10
	longestRow = 1 << 20
)

// splitter cuts a stream of text into blocks.
type splitter struct {
	r         io.Reader
	delimiter byte
	step      int    // how much is read at a time
	held      []byte // read, and not handed out
	rooms     *sync.Pool
	row       int  // rows handed out
	drained   bool // nothing is left to be read
	done      bool // nothing is left to be handed out
	err       error
}

func newSplitter(r io.Reader, delimiter byte) *splitter {
	return &splitter{r: r, delimiter: delimiter, step: textBlock, rooms: &sync.Pool{}}
}

// roomFor returns room for a block, which holds left already.
func (s *splitter) roomFor(left []byte) []byte {
	if room, ok := s.rooms.Get().(*[]byte); ok && cap(*room) > len(left) {
		return append((*room)[:0], left...)
	}
	return append(make([]byte, 0, s.step+s.step/4+len(left)), left...)
}

// next returns the next block, and whether there is one.
func (s *splitter) next() (Block, bool) {
	for !s.done {
		if !s.drained {
			s.fill()
		}
		b := Block{Text: unsafe.String(unsafe.SliceData(s.held), len(s.held)), Before: s.row, delimiter: s.delimiter}
		end, rows := s.whole(b.Text)
		if end == 0 {
			if b.endless = !s.drained && len(s.held) > longestRow; !s.drained && !b.endless {
				continue
			}
			// What is left is the last row, without a line end; behind an
			// endless one, nothing tells where another row begins.
			end, s.done = len(s.held), true
		}
		b.Text = b.Text[:end]
		s.row += rows
		b.room, b.pool = s.held, s.rooms
		s.held = s.roomFor(s.held[end:])
		if b.Text != "" {
			return b, true
		}
	}
	return Block{}, false
}

// fill reads on.
func (s *splitter) fill() {
	from := len(s.held)
	if cap(s.held) < from+s.step {
		s.held = append(make([]byte, 0, from+2*s.step), s.held...)
	}
	n, err := io.ReadFull(s.r, s.held[from:from+s.step])
	s.held = s.held[:from+n]
	if err == nil {
		return
	}
	s.drained = true
	if err != io.EOF && err != io.ErrUnexpectedEOF {
		s.err, s.held = err, nil
	}
}

// whole returns how long the whole rows of a text are, and how many.
func (s *splitter) whole(text string) (end, rows int) {
	if strings.IndexByte(text, '"') >= 0 || strings.IndexByte(text, '\r') >= 0 {
		r := NewReader(text, s.delimiter)
		for r.skip(s.drained) {
			end, rows = len(text)-len(r.rest), rows+1
		}
		return end, rows
	}
	end = strings.LastIndexByte(text, '\n') + 1
	return end, strings.Count(text[:end], "\n")
}

// skip passes over a row, and reports whether it ends in the text. Behind a
// carriage return at the end of a text that goes on, a line feed may follow.
func (r *Reader) skip(last bool) bool {
	begins := true // a cell
	for {
		end, quote := r.lineEnd(), r.next(&r.quote, '"')
		if quote > end || quote == len(r.rest) {
			if rest := r.rest[end:]; rest == "" || rest == "\r" && !last {
				return false
			}
			r.rest = r.rest[end:]
			r.endLine()
			return true
		}
		quoted := quote == 0 && begins || quote > 0 && r.rest[quote-1] == r.delimiter
		r.rest, begins = r.rest[quote+1:], false
		if quoted && !r.close() {
			return false
		}
	}
}

// close goes on behind the quote that closes the cell at hand, and reports
// whether there is one.
func (r *Reader) close() bool {
	for {
		i := strings.IndexByte(r.rest, '"')
		if i < 0 {
			return false
		}
		if r.rest = r.rest[i+1:]; !strings.HasPrefix(r.rest, `"`) {
			return true
		}
		r.rest = r.rest[1:]
	}
}
