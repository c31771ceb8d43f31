package roster

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/linkage"
)

// told reads a source and returns what its rows tell.
func told(t *testing.T, src Source) (got []string) {
	t.Helper()
	src.Seen = func(e Entry) {
		day := ""
		if e.Record.Born != nil {
			day = e.Record.Born.String()
		}
		got = append(got, e.Record.Name+" "+day)
	}
	if _, err := Read(context.Background(), src, linkage.NewSet(0), today); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestWhatComesInIsReadLikeAFile(t *testing.T) {
	m := mapping(t, "name=Nama,born=Tgl Lahir")
	long := "Nama;Tgl Lahir\n" + strings.Repeat("Siti Aminah;1990-01-31\n", pieceBytes/20)
	for name, text := range map[string]string{"text": "Nama;Tgl Lahir\nSiti Aminah;31/01/1990\nBudi;\n", "pieces": long, "workbook": string(book(t))} {
		want := told(t, Source{Path: file(t, text), Mapping: m})
		if len(want) < 2 {
			t.Fatalf("%s: %d rows are read", name, len(want))
		}
		// One byte at a time is as slowly as a pipe can bring the beginning.
		in := io.MultiReader(oneByOne{strings.NewReader(text[:30])}, strings.NewReader(text[30:]))
		if diff := cmp.Diff(want, told(t, Source{Path: "stdin", In: in, Mapping: m})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// oneByOne hands out a byte at a time.
type oneByOne struct{ io.Reader }

func (r oneByOne) Read(b []byte) (int, error) { return r.Reader.Read(b[:1]) }

func TestNobodyWaitsForWhatDoesNotComeInOnceToldToStop(t *testing.T) {
	in, out := io.Pipe() // nothing is ever written to it
	defer out.Close()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	_, err := Read(ctx, Source{Path: "stdin", In: in, Mapping: mapping(t, "name=n")}, linkage.NewSet(0), today)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("reading ends with %v, want that it was stopped", err)
	}
}

func TestWhatCannotBeReadIsToldByItsName(t *testing.T) {
	m := mapping(t, "name=n")
	for path, src := range map[string]Source{
		"none":   {Path: t.TempDir() + "/none.csv"},
		"folder": {Path: t.TempDir()},
		"broken": {Path: "stdin", In: io.MultiReader(strings.NewReader("n\nSiti\n"), broken{})},
		"empty":  {Path: "stdin", In: new(bytes.Reader)},
	} {
		src.Mapping = m
		_, err := Read(context.Background(), src, linkage.NewSet(0), civil.MustParse("2026-01-01"))
		if fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%s: %v", path, err)
		}
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("gone away") }

func TestNoColumnIsComparedTwice(t *testing.T) {
	heading := "n,a,no\n"
	for text, ok := range map[string]bool{
		"given=n,family=n":              false,
		"given=n,family=N":              false, // the same column in other capitals
		"name=n,mother=n":               false,
		"name=n,address=a,place=a":      false,
		"name=n,phone=no,identifier=no": false,
		"id=no,identifier=no":           true, // a number may name its row
		"name=n,household=a,address=a":  true,
		"name=n,born=a,on=a":            true,
		"name=n,address=a":              true,
	} {
		err := Heading("list.csv", strings.NewReader(heading), mapping(t, text))
		if ok != (err == nil) || !ok && fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%s: %v", text, err)
		}
	}
	// Columns that differ in capitals alone are two.
	if err := Heading("list.csv", strings.NewReader("n,N\n"), mapping(t, "given=n,family=N")); err != nil {
		t.Error(err)
	}
}
