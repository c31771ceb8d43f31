package programme_test

import (
	"testing"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/programmes"
)

func TestPlainSaysTheRuleAboutNobody(t *testing.T) {
	set, err := programme.Load(indicator.Default(), programmes.Files)
	if err != nil {
		t.Fatal(err)
	}
	p, err := set.Version("pkh", civil.MustParse("2025-07-01"))
	if err != nil {
		t.Fatal(err)
	}
	want := "Keluarga berada di desil [Desil nasional]. Batas program ini desil 4."
	if got := p.Clauses[0].Because.Plain(i18n.ID); got != want {
		t.Errorf("%q", got)
	}
	if got := (programme.Words{}).Plain(i18n.EN); got != "" {
		t.Errorf("no words say %q", got)
	}
}
