package rule

import (
	"math"
	"testing"

	"gotong/internal/civil"
	"gotong/internal/indicator"
)

var edge = civil.MustParse("2024-02-29")

var edgeParam = []Param{
	{Name: "few", Kind: Number, Value: 4},
	{Name: "many", Kind: Number, Value: math.MaxInt64 - 2, Money: true},
	{Name: "on", Kind: Bool, Value: 1},
	{Name: "since", Kind: Date, Value: int64(edge)},
	{Name: "stage", Kind: Option, Texts: []string{"sma"}},
	{Name: "stages", Kind: Option, List: true, Texts: []string{"sd", "smp"}},
}

func testEnv(t testing.TB) *Env {
	e, err := NewEnv(indicator.Default(), edgeParam)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
