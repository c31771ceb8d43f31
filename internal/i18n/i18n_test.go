package i18n

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/fault"
)

var place = regexp.MustCompile(`\{[a-z_]+\}`)

func TestBothLanguagesAreComplete(t *testing.T) {
	if diff := cmp.Diff(Keys(ID), Keys(EN)); diff != "" {
		t.Errorf("keys differ (-id +en):\n%s", diff)
	}
	for _, k := range Keys(ID) {
		id, en := place.FindAllString(T(ID, k), -1), place.FindAllString(T(EN, k), -1)
		slices.Sort(id)
		slices.Sort(en)
		if diff := cmp.Diff(slices.Compact(id), slices.Compact(en)); diff != "" {
			t.Errorf("%s: places differ (-id +en):\n%s", k, diff)
		}
		if strings.TrimSpace(T(ID, k)) == "" || strings.TrimSpace(T(EN, k)) == "" {
			t.Errorf("%s is empty", k)
		}
	}
}

func TestErrorGivesNothingAwayOfWhatIsNoFault(t *testing.T) {
	if got := Error(EN, errors.New("pq: secret")); strings.Contains(got, "secret") {
		t.Errorf("shown: %s", got)
	}
	err := fmt.Errorf("somewhere: %w", fault.Forbidden("core.error.forbidden"))
	if got := Error(ID, err); got != T(ID, "core.error.forbidden") {
		t.Errorf("shown: %s", got)
	}
}

func TestFill(t *testing.T) {
	if got := Fill("baris {row}, kolom {column}", "row", 3, "column", "nik"); got != "baris 3, kolom nik" {
		t.Errorf("got %q", got)
	}
}

// Keys returns all keys of a language, sorted.
func Keys(l Lang) []string {
	keys := make([]string, 0, len(catalogue[l]))
	for k := range catalogue[l] {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
