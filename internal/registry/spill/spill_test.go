package spill

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

func TestPartsComeBack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "parts")
		p := NewParts(dir, n, rapid.IntRange(0, 200).Draw(t, "room"))
		defer p.Close()
		want := make([][]byte, n)
		for range rapid.IntRange(0, 60).Draw(t, "times") {
			i := rapid.IntRange(0, n-1).Draw(t, "part")
			b := rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "bytes")
			want[i] = append(want[i], b...)
			if err := p.Append(i, b); err != nil {
				t.Fatal(err)
			}
		}
		for i := range n {
			got, err := p.Load(i)
			if err != nil || !bytes.Equal(got, want[i]) || p.Size(i) != len(want[i]) {
				t.Fatalf("part %d is %x, not %x: %v", i, got, want[i], err)
			}
		}
	})
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}

// What lies in the file is not to be read, and a change of it is found.
func TestTheFileTellsNothing(t *testing.T) {
	p := NewParts(t.TempDir(), 2, 0)
	defer p.Close()
	secret := []byte("3674014107800001 Siti Aminah")
	if err := p.Append(1, secret); err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(io.NewSectionReader(p.file, 0, p.end))
	if err != nil || len(raw) == 0 || bytes.Contains(raw, secret[:8]) {
		t.Errorf("the file holds %q, %v", raw, err)
	}
	if _, err := os.Stat(p.file.Name()); err == nil {
		t.Error("the file can be found by its name")
	}
	if _, err := p.file.WriteAt([]byte{raw[3] ^ 1}, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Load(1); err == nil {
		t.Error("a changed file opens")
	}
}
