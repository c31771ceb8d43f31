package outcome

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/registry/spill"
)

// Rows come back as they were added, in their order, however many share a part.
func TestSpoolKeepsRowsInOrder(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := &spool{parts: spill.NewParts(dir, rapid.IntRange(1, 9).Draw(t, "parts"), rapid.IntRange(1, 5000).Draw(t, "room")), share: rapid.IntRange(1, 9).Draw(t, "share")}
		defer s.close()
		var want, got []Row
		for i := range rapid.IntRange(0, 90).Draw(t, "rows") {
			r := Row{List: List("left"), Area: "3674011001", FamilyID: ident.ID{byte(i), byte(i >> 8), byte(i >> 16)}, Programme: fmt.Sprint(i)}
			if i%10 == 0 {
				now := money.Rupiah(i)
				r.Detail = Detail{Since: civil.Date(i), Now: &now, History: []Step{{civil.Date(3), "poor"}}, Near: []NearMiss{{"pkh", "decile"}}, Decile: int64(i % 11)}
			}
			want = append(want, r)
			if err := s.add(r); err != nil {
				t.Fatal(err)
			}
		}
		err := s.each(func(r Row) error { got = append(got, r); return nil })
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}
