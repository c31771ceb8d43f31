package documentapi

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"gotong/internal/document"
)

// TestTheInterfaceKnowsEveryKind holds what the interface offers to the kinds
// that there are.
func TestTheInterfaceKnowsEveryKind(t *testing.T) {
	var want []string
	for _, k := range document.Kinds {
		want = append(want, string(k))
	}
	slices.Sort(want)
	for name, of := range map[string]reflect.Type{"answered": reflect.TypeFor[entry](), "listed": reflect.TypeFor[listInput](), "issued": reflect.TypeFor[issueInput]().Field(0).Type} {
		f, _ := of.FieldByName("Kind")
		got := strings.Split(f.Tag.Get("enum"), ",")
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
