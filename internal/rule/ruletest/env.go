package ruletest

import (
	"io/fs"
	"math"
	"regexp"
	"testing"
	"testing/fstest"

	"gotong/indicators"
	"gotong/internal/indicator"
	"gotong/internal/rule"
)

// Params are the parameters that the rules mention.
var Params = []rule.Param{
	{Name: "few", Kind: rule.Number, Value: 4},
	{Name: "many", Kind: rule.Number, Value: math.MaxInt64 - 2},
	{Name: "on", Kind: rule.Bool, Value: 1},
	{Name: "since", Kind: rule.Date, Value: int64(edge)},
	{Name: "stage", Kind: rule.Option, Texts: []string{"sma"}},
	{Name: "stages", Kind: rule.Option, List: true, Texts: []string{"sd", "smp"}},
}

var measured = regexp.MustCompile(`(, )?(unit: [^,}\n]+|decimals: \d+)|kind: money`)

// Env returns what the rules may mention: the catalogue with plain numbers in
// the place of measured ones, so that a random rule may mix all of them.
func Env(t testing.TB) *rule.Env {
	t.Helper()
	files := fstest.MapFS{}
	names, err := fs.Glob(indicators.Files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := indicators.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: measured.ReplaceAllFunc(text, func(m []byte) []byte {
			if string(m) == "kind: money" {
				return []byte("kind: int")
			}
			return nil
		})}
	}
	c, err := indicator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	e, err := rule.NewEnv(c, Params)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
