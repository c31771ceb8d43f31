package determination

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/snapshot/snapshottest"
)

// limited gives rice to everybody by a quota of each area of a level, the
// largest houses first; instead gives noodles to who does not get rice.
const limited = `
sources: {t: {title: test, published: "2025", confidence: derived}}
code: rice
name: {id: Beras, en: Rice}
owner: test
aim: basic_needs
unit: family
in_force: {from: 2020-01-01}
source: t
params:
  least: {value: 2, name: {id: a, en: a}, in_force: {from: 2020-01-01}, source: t}
  worth: {value: 120000, kind: money, name: {id: a, en: a}, in_force: {from: 2020-01-01}, source: t}
eligible:
  - {id: size, when: family.floor_area >= params.least, because: {id: a, en: a}, otherwise: {id: a, en: a}}
priority: [{by: family.floor_area, order: descending}]
quota: {by: LEVEL, default: 4, TABLEin_force: {from: 2020-01-01}, source: t}
benefits: [{component: rice, name: {id: a, en: a}, per: family, annual: params.worth}]
cycle: {every: month, split: exact}
delivery: {channels: [goods]}
`

const instead = `
sources: {t: {title: test, published: "2025", confidence: derived}}
code: noodles
name: {id: Mi, en: Noodles}
owner: test
aim: basic_needs
unit: family
in_force: {from: 2020-01-01}
source: t
params:
  worth: {value: 60000, kind: money, name: {id: a, en: a}, in_force: {from: 2020-01-01}, source: t}
eligible:
  - {id: all, when: family.area > 0, because: {id: a, en: a}, otherwise: {id: a, en: a}}
exclude:
  - {id: rice, programmes: [rice], because: {id: a, en: a}}
benefits: [{component: noodles, name: {id: a, en: a}, per: family, annual: params.worth}]
cycle: {every: month, split: exact}
delivery: {channels: [goods]}
`

// At every level nobody waits in an area whose quota is not used up, no quota
// is exceeded, nobody overtakes a larger house, and who waits or is
// refused gets what recipients are excluded from.
func TestQuotaAtEveryLevel(t *testing.T) {
	records := snapshottest.Random(41, 160)
	for level, table := range map[string]string{"nation": "", "province": `table: {"31": 7}, `, "regency": `table: {"3674": 0}, `,
		"district": `table: {"367401": 1}, `, "village": `table: {"3172041004": 9}, `} {
		t.Run(level, func(t *testing.T) {
			text := strings.NewReplacer("LEVEL", level, "TABLE", table).Replace(limited)
			all := only(t, load(t, map[string]string{"rice.yaml": text, "noodles.yaml": instead}), "rice", "noodles")
			in := input(t, records, all)
			size := map[string]int64{}
			for _, r := range records {
				size[r.Family.String()], _ = r.Facts.Get(snapshottest.No(indicator.Family, "floor_area"))
			}
			content, rows := outcomes(t, in)
			q := all[0].Quota
			type area struct{ entitled, waiting, smallest, largest int64 }
			areas := map[string]*area{}
			rice := map[string]Outcome{}
			for _, r := range rows["rice"] {
				code := r.Area[:q.Codes()]
				a := areas[code]
				if a == nil {
					a = &area{smallest: 1 << 30}
					areas[code] = a
				}
				id := r.FamilyID.String()
				rice[id] = r.Outcome
				switch r.Outcome {
				case Entitled:
					a.entitled++
					a.smallest = min(a.smallest, size[id])
				case Waitlisted:
					a.waiting++
					a.largest = max(a.largest, size[id])
				}
			}
			waiting := int64(0)
			for code, a := range areas {
				limit, _ := q.Limit(code)
				waiting += a.waiting
				if a.entitled > limit || a.waiting > 0 && a.entitled != limit || a.entitled > 0 && a.waiting > 0 && a.smallest < a.largest {
					t.Errorf("%q, limit %d: %+v", code, limit, *a)
				}
			}
			result, _ := content.Result("rice")
			if waiting == 0 || result.Counts.Waitlisted != waiting {
				t.Errorf("%d wait, %d are told of", waiting, result.Counts.Waitlisted)
			}
			for _, u := range result.Quota {
				if a := areas[u.Area]; a == nil || u.Waiting != a.waiting || u.Qualified != a.waiting+a.entitled {
					t.Errorf("of %q is told %+v", u.Area, u)
				}
			}
			for _, r := range rows["noodles"] {
				want := map[Outcome]Outcome{Entitled: Refused, Waitlisted: Entitled, Refused: Entitled, Undetermined: Undetermined}
				if got := rice[r.FamilyID.String()]; r.Outcome != want[got] {
					t.Errorf("%s: rice %s and noodles %s", r.FamilyID, got, r.Outcome)
				}
			}
		})
	}
}

// A quota below zero, of a level that there is not, or by a table of other
// areas is refused where it is written.
func TestQuotaThatIsWrong(t *testing.T) {
	for name, change := range map[string][2]string{
		"below zero":      {"default: 4", "default: -4"},
		"no such level":   {"by: LEVEL", "by: street"},
		"areas of others": {"TABLE", `table: {"3172": 3}, `},
	} {
		text := strings.NewReplacer(change[0], change[1], "LEVEL", "village", "TABLE", "").Replace(limited)
		_, err := programme.Load(indicator.Default(), fstest.MapFS{"rice.yaml": &fstest.MapFile{Data: []byte(text)}})
		if err == nil || !strings.Contains(fmt.Sprint(err), "rice.yaml:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func only(t *testing.T, all []*programme.Programme, codes ...string) []*programme.Programme {
	t.Helper()
	var some []*programme.Programme
	for _, code := range codes {
		some = append(some, codeOf(t, all, code))
	}
	return some
}
