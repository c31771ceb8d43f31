package audit_test

import (
	"testing"

	"gotong/internal/audit"
	"gotong/internal/i18n"
)

func TestSayFields(t *testing.T) {
	for _, c := range []struct {
		lang   i18n.Lang
		fields []string
		want   string
	}{
		{i18n.ID, nil, ""},
		{i18n.ID, []string{"core", "accounts.masked"}, "data pokok keluarga, rekening (disamarkan)"},
		{i18n.EN, []string{"identifiers.compared", "identifiers"}, "numbers (compared only), numbers"},
		{i18n.EN, []string{"floor"}, "floor"}, // an indicator keeps its code
	} {
		if got := audit.SayFields(c.lang, c.fields); got != c.want {
			t.Errorf("%s %v: got %q, want %q", c.lang, c.fields, got, c.want)
		}
	}
}
