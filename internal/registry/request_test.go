package registry

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/fault"
)

// A request of a program is read as it says itself, or refused with a fault.
func FuzzReadRequest(f *testing.F) {
	f.Add([]byte(`{"basis":{"on":"2025-08-05","source":"office","document":"birth_letter"},"member":{"name":"Bayi","sex":"male"}}`))
	f.Add([]byte(`{"colour":"red"}`))
	f.Add([]byte(`{"kind":`))
	f.Fuzz(func(t *testing.T, b []byte) {
		req, err := ReadRequest(b)
		if err != nil {
			if !fault.Is(err, fault.KindInvalid) {
				t.Fatalf("refused by %v", err)
			}
			return
		}
		said, err := json.Marshal(req)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadRequest(said)
		if err != nil {
			t.Fatalf("%s is refused when written again: %v", said, err)
		}
		if twice, err := json.Marshal(again); err != nil || string(twice) != string(said) {
			t.Fatal(cmp.Diff(string(said), string(twice)))
		}
	})
}
