package determination

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExportedYieldsEveryRowOnce(t *testing.T) {
	for _, n := range []int{0, 1, exportPage - 1, exportPage, exportPage + 1, 3 * exportPage} {
		var asked, want []int
		for i := range n {
			want = append(want, i+1)
		}
		begun, reads := 0, 0
		for r, err := range Exported(func() error { begun++; return nil }, func(after, limit int) ([]int, error) {
			reads++
			return want[after:min(after+limit, n)], nil
		}, func(r int) int { return r }) {
			if err != nil {
				t.Fatal(err)
			}
			asked = append(asked, r)
		}
		if diff := cmp.Diff(want, asked); diff != "" || begun != 1 || reads != n/exportPage+1 {
			t.Errorf("%d rows: begun %d times, read %d times: %s", n, begun, reads, diff)
		}
	}
}

func TestExportedStops(t *testing.T) {
	bad := errors.New("bad")
	rows := make([]int, exportPage)
	count := func(begin error, fail bool, stop int) (n int, last error) {
		for _, err := range Exported(func() error { return begin }, func(after, _ int) ([]int, error) {
			if fail && after > 0 {
				return nil, bad
			}
			return rows, nil
		}, func(int) int { return 1 }) {
			n++
			last = err
			if n == stop {
				break
			}
		}
		return n, last
	}
	if n, err := count(bad, false, -1); n != 1 || !errors.Is(err, bad) {
		t.Errorf("not permitted: %d rows, %v", n, err)
	}
	if n, err := count(nil, true, -1); n != exportPage+1 || !errors.Is(err, bad) {
		t.Errorf("failing at the second page: %d rows, %v", n, err)
	}
	if n, err := count(nil, false, exportPage+3); n != exportPage+3 || err != nil {
		t.Errorf("stopped: %d rows, %v", n, err)
	}
}
