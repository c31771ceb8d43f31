package qualityweb

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/quality"
	"gotong/internal/region"
	"gotong/internal/web"
	"gotong/policy"
)

// today is a register that only knows the day.
type today struct{ quality.Register }

func (today) Today() civil.Date { return civil.Of(2026, 1, 20) }

func TestFilter(t *testing.T) {
	rules, err := quality.LoadRules(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	h := New(Deps{Atlas: region.Default(), Service: quality.NewService(quality.Deps{Register: today{}, Catalogue: indicator.Default(), Rules: rules})})
	for query, want := range map[string]quality.Filter{
		"":                                    {Step: -1},
		"masalah=ada":                         {Issue: quality.AnyIssue, Step: -1},
		"masalah=stale&wilayah=31.72.04":      {Issue: quality.Stale, Area: "317204", Step: -1},
		"kurang=identity&umur=3":              {Missing: quality.Identity, Step: 3},
		"peringatan=born_no_date&program=pkh": {Warning: "born_no_date", Programme: "pkh", Step: -1},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := h.filter(web.Query{Values: values}); err != nil || !cmp.Equal(want, got) {
			t.Errorf("%s: %+v, %v", query, got, err)
		}
	}
	for query, kind := range map[string]fault.Kind{
		"masalah=Stale": fault.KindInvalid, "masalah=0": fault.KindInvalid, "kurang=%25": fault.KindInvalid, "peringatan=born": fault.KindInvalid,
		"umur=4": fault.KindInvalid, "umur=-1": fault.KindInvalid, "umur=baru": fault.KindInvalid, "wilayah=99": fault.KindNotFound, "wilayah=x": fault.KindNotFound,
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.filter(web.Query{Values: values}); !fault.Is(err, kind) {
			t.Errorf("%s: %v", query, err)
		}
	}
}
