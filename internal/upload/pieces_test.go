package upload

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"gotong/internal/fault"
)

// shelf keeps pieces in memory.
type shelf map[int][]byte

func (s shelf) Keep(_ context.Context, no int, sealed []byte) error {
	s[no] = bytes.Clone(sealed)
	return nil
}

func (s shelf) Piece(_ context.Context, no int) ([]byte, error) {
	p, ok := s[no]
	if !ok {
		return nil, fault.NotFound("core.error.not_found")
	}
	return p, nil
}

// open keys put the label before what they seal.
type open struct{}

func (open) Seal(label, plain string) []byte { return []byte(label + plain) }

func (open) Open(label string, sealed []byte) (string, error) {
	plain, ok := bytes.CutPrefix(sealed, []byte(label))
	if !ok {
		return "", errors.New("another label")
	}
	return string(plain), nil
}

func TestWhatWasTakenInIsReadAnywhere(t *testing.T) {
	some := make([]byte, 2*pieceBytes+17)
	for i := range some {
		some[i] = byte(i * 7 / 5)
	}
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 2*pieceBytes + 17}).Draw(t, "size")
		want := some[:size]
		s := Shelf{Keys: open{}, Label: "test", Store: shelf{}}
		n, err := s.Take(t.Context(), iotest.HalfReader(bytes.NewReader(want)), int64(size))
		if err != nil || n != int64(size) {
			t.Fatalf("%d bytes, %v", n, err)
		}
		at := rapid.IntRange(0, size).Draw(t, "at")
		got := make([]byte, rapid.IntRange(0, size-at).Draw(t, "bytes"))
		if _, err := s.File(t.Context(), n).ReadAt(got, int64(at)); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		if !bytes.Equal(want[at:at+len(got)], got) {
			t.Errorf("%d bytes at %d are others", len(got), at)
		}
		all, err := io.ReadAll(io.NewSectionReader(s.File(t.Context(), n), 0, n))
		if err != nil || !bytes.Equal(want, all) {
			t.Errorf("read through: %d of %d bytes, %v", len(all), size, err)
		}
	})
}

func TestAShelfTakesNoMoreThanItHasRoomFor(t *testing.T) {
	s := Shelf{Keys: open{}, Label: "test", Store: shelf{}}
	if _, err := s.Take(t.Context(), bytes.NewReader(make([]byte, pieceBytes+1)), pieceBytes); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
	lost := errors.New("lost")
	if _, err := s.Take(t.Context(), iotest.ErrReader(lost), pieceBytes); !errors.Is(err, lost) {
		t.Errorf("%v", err)
	}
}

func TestAPieceThatIsGoneIsNotFound(t *testing.T) {
	pieces := shelf{}
	s := Shelf{Keys: open{}, Label: "test", Store: pieces}
	size, err := s.Take(t.Context(), bytes.NewReader(make([]byte, 2*pieceBytes)), 2*pieceBytes)
	if err != nil {
		t.Fatal(err)
	}
	delete(pieces, 1)
	if _, err := s.File(t.Context(), size).ReadAt(make([]byte, 10), pieceBytes); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("%v", err)
	}
}
