package ident

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"gotong/internal/clock"
)

func TestIDsGrowAndRoundTrip(t *testing.T) {
	m := NewMaker(clock.NewStepping(time.Unix(1_700_000_000, 0), 0), rand.Reader)
	var last ID
	for range 10_000 {
		id := m.New()
		if bytes.Compare(id[:], last[:]) <= 0 {
			t.Fatalf("%s is not after %s", id, last)
		}
		if id[6]>>4 != 7 || id[8]>>6 != 2 {
			t.Fatalf("%s is not of version 7", id)
		}
		back, err := Parse(id.String())
		if err != nil || back != id {
			t.Fatalf("%s comes back as %s (%v)", id, back, err)
		}
		last = id
	}
}

func TestScan(t *testing.T) {
	want := MustParse(t, "018bcfe5-6800-7000-8000-000000000001")
	for _, src := range []any{want[:], want.String(), []byte(want.String()), [16]byte(want)} {
		var got ID
		if err := got.Scan(src); err != nil || got != want {
			t.Errorf("Scan(%T) = %s, %v", src, got, err)
		}
	}
	var got ID
	if err := got.Scan(nil); err != nil || !got.IsZero() {
		t.Errorf("Scan(nil) = %s, %v", got, err)
	}
	for _, src := range []any{"x", 7, []byte{1, 2}} {
		if err := got.Scan(src); err == nil {
			t.Errorf("Scan(%v) was accepted", src)
		}
	}
	if v, _ := (ID{}).Value(); v != nil {
		t.Errorf("the zero id is stored as %v", v)
	}
}

func MustParse(t *testing.T, s string) ID {
	t.Helper()
	id, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
