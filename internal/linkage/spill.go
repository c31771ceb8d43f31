package linkage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// heldInMemory is up to how many records the blocks are kept in memory. Those
// of more are written to a file, which is gone when it is closed or the
// program ends; it holds numbers of records alone, no word of what they say.
const heldInMemory = 2 << 20

// memberBytes is what a member takes in the file.
const memberBytes = 4

// blocks are the blocks of all rules, piece by piece. A piece is whole blocks
// of one rule.
type blocks struct {
	pieces []piece
	rules  []int // where the pieces of each rule begin, and where the last end
	file   *os.File
	end    int64 // of the file
	room   []byte
}

// piece is where a piece lies: in memory or in the file.
type piece struct {
	members []member
	from    int64
	n       int
}

// spill makes the blocks go to a file of a folder, the machine's own where it
// is "".
func (b *blocks) spill(folder string) error {
	f, err := os.CreateTemp(folder, "blocks-*")
	if err != nil {
		return fmt.Errorf("linkage: a file for the blocks: %w", err)
	}
	b.file = f
	return os.Remove(f.Name()) // it stays until it is closed
}

// add adds a piece.
func (b *blocks) add(members []member) error {
	if b.file == nil {
		b.pieces = append(b.pieces, piece{members: members, n: len(members)})
		return nil
	}
	b.room = b.room[:0]
	for _, m := range members {
		b.room = binary.LittleEndian.AppendUint32(b.room, uint32(m))
	}
	if _, err := b.file.WriteAt(b.room, b.end); err != nil {
		return fmt.Errorf("linkage: keeping blocks: %w", err)
	}
	b.pieces = append(b.pieces, piece{from: b.end, n: len(members)})
	b.end += int64(len(b.room))
	return nil
}

// read returns a piece. The room is used for those that lie in the file.
func (b *blocks) read(p piece, room *pieceRoom) ([]member, error) {
	if p.members != nil {
		return p.members, nil
	}
	room.bytes = slices.Grow(room.bytes[:0], p.n*memberBytes)[:p.n*memberBytes]
	if _, err := b.file.ReadAt(room.bytes, p.from); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("linkage: reading blocks: %w", err)
	}
	room.members = room.members[:0]
	for at := 0; at < len(room.bytes); at += memberBytes {
		room.members = append(room.members, member(binary.LittleEndian.Uint32(room.bytes[at:])))
	}
	return room.members, nil
}

// pieceRoom is room for a piece that lies in the file.
type pieceRoom struct {
	bytes   []byte
	members []member
}

// close ends the use of the blocks.
func (b *blocks) close() error {
	b.pieces = nil
	if b.file == nil {
		return nil
	}
	return b.file.Close()
}

// of returns the pieces of a rule.
func (b *blocks) of(rule int) []piece { return b.pieces[b.rules[rule]:b.rules[rule+1]] }
