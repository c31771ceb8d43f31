package programme

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/programmes"
)

// good is a small programme without faults, which the tests spoil.
const good = `code: beras
name: {id: Beras, en: Rice}
owner: dinsos
aim: reduce_spending
unit: family
in_force: {from: 2025-01-01, to: 2025-12-31}
source: perwal
sources:
  perwal: {title: Perwal 1/2025, published: 2025-01-02, confidence: confirmed}
params:
  most: {value: 4, name: {id: Desil, en: Decile}, in_force: {from: 2025-01-01}, source: perwal}
  rice: {value: 120000, kind: money, name: {id: Beras, en: Rice}, in_force: {from: 2025-01-01}, source: perwal}
eligible:
  - id: decile
    when: family.decile <= params.most
    because: {id: "Desil {family.decile}.", en: "Decile {family.decile}."}
    otherwise: {id: "Desil {family.decile}.", en: "Decile {family.decile}."}
exclude:
  - id: receives
    when: family.received_bpnt
    because: {id: Sudah menerima., en: Receives already.}
priority: [family.score]
quota: {by: village, default: 10, table: {"3172041004": 25}, in_force: {from: 2025-01-01}, source: perwal}
benefits:
  - component: rice
    name: {id: Beras, en: Rice}
    per: member
    when: m.in_family
    monthly: params.rice
cap: {members: 3, keep: highest}
cycle: {every: month, split: exact}
delivery: {channels: [goods]}
`

func load(files map[string]string) (*Set, error) {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return Load(indicator.Default(), m)
}

// summary writes problems as at key name=value ….
func summary(err error) string {
	p, ok := Problems(err)
	if !ok {
		return fmt.Sprint(err)
	}
	var lines []string
	for _, e := range p {
		line := fmt.Sprint(e.Args[1], " ", e.Key)
		for i := 10; i+1 < len(e.Args); i += 2 {
			if name := e.Args[i]; name != "detail" && name != "keys" && name != "allowed" {
				line += fmt.Sprintf(" %v=%v", name, e.Args[i+1])
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestAGoodFileLoads(t *testing.T) {
	s, err := load(map[string]string{"beras.yaml": good})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Version("beras", civil.MustParse("2025-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	if n, ok := p.Quota.Limit("3172041004"); n != 25 || !ok {
		t.Errorf("quota of the village listed: %d %v", n, ok)
	}
	if n, ok := p.Quota.Limit("3172041005"); n != 10 || !ok || p.Quota.Codes() != 10 {
		t.Errorf("quota of another village: %d %v", n, ok)
	}
	if _, err := s.Version("beras", civil.MustParse("2026-01-01")); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("after its end: %v", err)
	}
	if p.Cap.Members != 3 || p.Params[1].Source.Title != i18n.Both("Perwal 1/2025") || p.Params[1].Source.Confidence != Confirmed {
		t.Errorf("read as %+v", p)
	}
}

func TestBadFilesAreNamedByPlace(t *testing.T) {
	for _, tc := range []struct{ name, old, new, want string }{
		{"unknown indicator", "when: family.decile <=", "when: family.desile <=",
			"beras.yaml:15:18 (decile) rule.unknown_fact_near name=desile suggestion=decile"},
		{"indicator nobody knows", "because: {id: \"Desil {family.decile}.\"", "because: {id: \"Desil {family.xyzzy}.\"",
			"beras.yaml:16:34 (decile) rule.unknown_fact name=xyzzy"},
		{"type error", "when: family.received_bpnt", "when: family.received_bpnt > 3",
			"beras.yaml:20:32 (receives) rule.mismatch operator=> operands=(bool, number)"},
		{"type error in a block", "when: m.in_family", "when: |-\n      m.in_family\n      && m.age < \"7\"",
			"beras.yaml:30:16 (rice) rule.mismatch operator=< operands=(number, option)"},
		{"type error in a folded block", "when: m.in_family", "when: >-\n      m.in_family\n      && m.age < \"7\"",
			"beras.yaml:30:16 (rice) rule.mismatch operator=< operands=(number, option)"},
		{"type error in quotes", "when: m.in_family", "when: \"m.school == \\\"sd\\\" && m.aged\"",
			"beras.yaml:28:36 (rice) rule.unknown_fact_near name=aged suggestion=age"},
		{"amount without a date", "{value: 120000, kind: money, name: {id: Beras, en: Rice}, in_force: {from: 2025-01-01}, source", "{value: 120000, kind: money, name: {id: Beras, en: Rice}, source",
			"beras.yaml:12:9 (params.rice) programme.undated name=rice"},
		{"amount without a source", "in_force: {from: 2025-01-01}, source: perwal}\neligible", "in_force: {from: 2025-01-01}}\neligible",
			"beras.yaml:12:9 (params.rice) programme.unsourced name=rice"},
		{"amount alone", "{value: 120000, kind: money, name: {id: Beras, en: Rice}, in_force: {from: 2025-01-01}, source: perwal}", "120000",
			"beras.yaml:12:9 (params.rice) programme.undated name=rice\nberas.yaml:29:21 (rice) rule.unknown_param name=rice"},
		{"amount written into the benefit", "monthly: params.rice", "monthly: params.rice + 5000",
			"beras.yaml:29:28 (rice) programme.amount_undated"},
		{"amount dated later than the programme", "en: Rice}, in_force: {from: 2025-01-01}", "en: Rice}, in_force: {from: 2025-03-01}",
			"beras.yaml:12:77 (params.rice) programme.param_period name=rice"},
		{"negative amount", "value: 120000", "value: -120000", "beras.yaml:12:17 (params.rice) programme.too_small value=-120000 least=0"},
		{"quota with a fraction", "default: 10", "default: 10.5", "beras.yaml:23:31 (quota) programme.not_whole value=10.5"},
		{"quota beyond 64 bits", "default: 10", "default: 99999999999999999999", "beras.yaml:23:31 (quota) programme.not_whole value=99999999999999999999"},
		{"exclusion of what is asked for", "when: family.received_bpnt", "when: family.decile <=   params.most", "beras.yaml:19:5 (receives) programme.exclusion_contradicts clause=decile"},
		{"no amount and no service", "monthly: params.rice", "service: false", "beras.yaml:29:14 (rice) programme.not_word value=false"},
		{"a service and an amount", "monthly: params.rice", "monthly: params.rice\n    service: true", "beras.yaml:25:5 (rice) programme.benefit_amount"},
		{"a proposal of a family", "priority:", "requires: [{id: plan, show: {id: Rencana, en: Plan}}]\npriority:", "beras.yaml:22:1 programme.key_of_unit key=requires unit=family"},
		{"fraction of a rupiah", "value: 120000", "value: 120000.50", "beras.yaml:12:17 (params.rice) programme.not_whole value=120000.50"},
		{"grouped amount", "value: 120000", "value: 120.000.000", "beras.yaml:12:17 (params.rice) programme.not_whole value=120.000.000"},
		{"negative quota", "default: 10", "default: -1", "beras.yaml:23:31 (quota) programme.too_small value=-1 least=0"},
		{"negative quota of a village", "\"3172041004\": 25", "\"3172041004\": -25", "beras.yaml:23:57 (quota) programme.too_small value=-25 least=0"},
		{"quota of another level", "\"3172041004\": 25", "\"3172\": 25", "beras.yaml:23:43 (quota) programme.quota_area area=3172 by=village"},
		{"quota of no region", "\"3172041004\": 25", "\"3172041099\": 25", "beras.yaml:23:43 (quota) programme.quota_nowhere area=3172041099 by=village"},
		{"empty quota", "default: 10, table: {\"3172041004\": 25}, ", "", "beras.yaml:23:8 (quota) programme.quota_empty"},
		{"cap 0", "members: 3", "members: 0", "beras.yaml:30:16 (cap) programme.limit_zero value=0"},
		{"cap by family", "members: 3", "members: family.size", "beras.yaml:30:16 (cap) programme.not_constant"},
		{"two amounts", "monthly: params.rice", "monthly: params.rice\n    annual: params.rice", "beras.yaml:25:5 (rice) programme.benefit_amount"},
		{"once in a monthly cycle", "monthly: params.rice", "once: params.rice", "beras.yaml:31:8 (cycle) programme.cycle_once component=rice"},
		{"unknown key", "priority:", "priorities:", "beras.yaml:22:1 programme.key_unknown_near key=priorities suggestion=priority"},
		{"missing key", "owner: dinsos\n", "", "beras.yaml:1:1 programme.key_missing key=owner"},
		{"key twice", "owner: dinsos\n", "owner: dinsos\nowner: dinkes\n", "beras.yaml:4:1 programme.key_twice key=owner"},
		{"unknown aim", "aim: reduce_spending", "aim: reduce", "beras.yaml:4:6 programme.not_word value=reduce"},
		{"unknown source", "source: perwal\nsources", "source: perda\nsources", "beras.yaml:7:9 programme.source_unknown source=perda"},
		{"date in another style", "from: 2025-01-01, to", "from: 1-1-2025, to", "beras.yaml:6:18 programme.not_date value=1-1-2025"},
		{"end before beginning", "to: 2025-12-31", "to: 2024-12-31", "beras.yaml:6:11 programme.period_backwards from=2025-01-01 to=2024-12-31"},
		{"id twice", "id: receives", "id: decile", "beras.yaml:19:9 (decile) programme.id_twice id=decile"},
		{"clause without its refusal", "    otherwise: {id: \"Desil {family.decile}.\", en: \"Decile {family.decile}.\"}\n", "", "beras.yaml:14:5 (decile) programme.key_missing key=otherwise"},
		{"source in one language", "title: Perwal 1/2025", "title: {id: Perwal 1/2025}", "beras.yaml:9:19 (sources.perwal) programme.key_missing key=en"},
		{"source without a title", "title: Perwal 1/2025", "title: []", "beras.yaml:9:19 (sources.perwal) programme.not_text"},
		{"sentence in one language", "because: {id: Sudah menerima., en: Receives already.}", "because: {id: Sudah menerima.}", "beras.yaml:21:14 (receives) programme.key_missing key=en"},
		{"exclusion of nobody", "when: family.received_bpnt", "programmes: [beram]", "beras.yaml:19:5 (receives) programme.exclusion_unknown code=beram"},
		{"exclusion of itself", "when: family.received_bpnt", "programmes: [beras]", "beras.yaml:19:5 (receives) programme.exclusion_circle code=beras path=beras → beras"},
		{"bad YAML", "owner: dinsos", "owner: dinsos: x", "beras.yaml:3:1 programme.syntax"},
		{"a list for a mapping", "cap: {members: 3, keep: highest}", "cap: [3]", "beras.yaml:30:6 (cap) programme.not_mapping"},
		{"a rule that is a list", "when: m.in_family", "when: [m.in_family]", "beras.yaml:28:11 (rice) programme.not_text"},
		{"two faults at once", "family.decile <= params.most", "family.decil <= params.moist",
			"beras.yaml:15:18 (decile) rule.unknown_fact_near name=decil suggestion=decile\nberas.yaml:15:34 (decile) rule.unknown_param_near name=moist suggestion=most"},
	} {
		text := strings.Replace(good, tc.old, tc.new, 1)
		if text == good {
			t.Fatalf("%s: nothing was spoilt", tc.name)
		}
		_, err := load(map[string]string{"beras.yaml": text})
		if diff := cmp.Diff(tc.want, summary(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
		p, _ := Problems(err)
		for _, problem := range p {
			for _, l := range i18n.Langs {
				if s := i18n.T(l, problem.Key, problem.Args...); strings.HasPrefix(s, "[") || strings.Contains(s, "{") {
					t.Errorf("%s: %s is shown as %s", tc.name, problem.Key, s)
				}
			}
		}
	}
}

func TestConflictsBetweenProgrammesAreNamed(t *testing.T) {
	with := func(code, exclusion string) string {
		return strings.NewReplacer("code: beras", "code: "+code, "when: family.received_bpnt", exclusion).Replace(good)
	}
	for _, tc := range []struct {
		name, want string
		files      map[string]string
	}{
		{"a circle of three", "a.yaml:19:5 (receives) programme.exclusion_circle code=a path=a → b → c → a", map[string]string{
			"a.yaml": with("a", "programmes: [b]"), "b.yaml": with("b", "programmes: [c]"), "c.yaml": with("c", "programmes: [a]")}},
		{"a circle behind a way to it", "b.yaml:19:5 (receives) programme.exclusion_circle code=b path=b → c → b", map[string]string{
			"a.yaml": with("a", "programmes: [b]"), "b.yaml": with("b", "programmes: [c]"), "c.yaml": with("c", "programmes: [b]")}},
		{"never on the same day", "a.yaml:19:5 (receives) programme.exclusion_never code=b", map[string]string{
			"a.yaml": with("a", "programmes: [b]"),
			"b.yaml": strings.Replace(with("b", "when: family.received_bpnt"), "from: 2025-01-01, to: 2025-12-31", "from: 2026-01-01", 1)}},
		{"not there", "a.yaml:19:5 (receives) programme.exclusion_unknown code=b", map[string]string{"a.yaml": with("a", "programmes: [b]")}},
	} {
		_, err := load(tc.files)
		if err == nil || summary(err) != tc.want {
			t.Errorf("%s: got %v\nwant %s", tc.name, summary(err), tc.want)
		}
	}
}

func TestVersionsDoNotOverlap(t *testing.T) {
	_, err := load(map[string]string{
		"a.yaml": good,
		"b.yaml": strings.Replace(good, "from: 2025-01-01, to: 2025-12-31", "from: 2025-12-31", 1),
	})
	if got, want := summary(err), "b.yaml:6:11 (in_force) programme.overlap code=beras other=a.yaml"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnOfficesFileReplacesTheOneThatCame(t *testing.T) {
	own := fstest.MapFS{"sembako.yaml": &fstest.MapFile{Data: []byte(good)}}
	s, err := Load(indicator.Default(), programmes.Files, own)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Version("sembako", civil.MustParse("2025-06-01")); err == nil || len(s.Versions("beras")) != 1 {
		t.Errorf("programmes are %v", codes(s.All()))
	}
}

func codes(ps []*Programme) []string {
	var c []string
	for _, p := range ps {
		c = append(c, p.Code+"@"+p.Version())
	}
	return c
}

func TestInForceFollowsExclusions(t *testing.T) {
	other := strings.Replace(strings.Replace(good, "code: beras", "code: abon", 1), "when: family.received_bpnt", "programmes: [beras]", 1)
	s, err := load(map[string]string{"a.yaml": other, "b.yaml": good})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"beras@2025-01-01", "abon@2025-01-01"}, codes(s.InForce(civil.MustParse("2025-05-05")))); diff != "" {
		t.Error(diff)
	}
	if got := s.InForce(civil.MustParse("2024-05-05")); len(got) != 0 {
		t.Errorf("before: %v", codes(got))
	}
}

func TestPresets(t *testing.T) {
	s := presets(t)
	want := []string{
		"atensi@2021-09-01", "bencana@2025-01-01", "pena@2023-01-01", "kube@2020-01-01", "motor_roda_tiga@2023-01-01",
		"kursi_roda@2023-01-01", "lapak_ska@2021-09-01", "rst@2023-06-01", "rusunawa@2023-02-01", "paket_csr@2020-12-01",
		"pelatihan@2021-09-01", "penempatan@2021-09-01", "permakanan@2023-01-01", "pkh@2025-01-01", "rujukan_kur@2025-01-01",
		"rujukan_umi@2023-01-01", "santunan_kematian_kota_tangerang@2023-12-01", "santunan_kematian_tangsel@2021-01-01",
		"sembako@2025-01-01", "ternak@2022-01-01", "uep@2021-01-01", "yapi@2021-09-01",
	}
	if diff := cmp.Diff(want, codes(s.InForce(civil.MustParse("2025-06-01")))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"kearifan_lokal@2019-08-01", "keserasian_sosial@2019-08-01"}, codes(s.Proposals(civil.MustParse("2025-06-01")))); diff != "" {
		t.Error(diff)
	}
	if p, err := s.Version("pkh", civil.MustParse("2024-12-31")); err != nil || p.Version() != "2021-01-01" {
		t.Errorf("on the last day of the old rules: %v %v", p, err)
	}
	digests := map[[32]byte]string{}
	for _, p := range s.All() {
		if other, twice := digests[p.Digest]; twice {
			t.Errorf("%s and %s have one digest", p.File, other)
		}
		digests[p.Digest] = p.File
		if p.Name.ID == "" || p.Name.EN == "" || !p.Source.Title.Translated() || len(p.Exits) == 0 && len(p.Requires) == 0 {
			t.Errorf("%s lacks name, source or exits", p.File)
		}
		if q := p.Quota; q != nil && !q.Source.Title.Translated() {
			t.Errorf("%s: the quota lacks a source in both languages", p.File)
		}
		for _, q := range p.Params {
			if !q.Source.Title.Translated() || q.Source.Published == "" || q.Label.EN == "" {
				t.Errorf("%s: %s lacks label or source", p.File, q.Name)
			}
		}
	}
}

// The pages speak Indonesian and English, so what they quote does too; also
// a source that no number rests on is shown with the file.
func TestShippedSourcesAreInBothLanguages(t *testing.T) {
	files, err := programmes.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := programmes.Files.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		var f struct {
			Sources map[string]struct{ Title i18n.Text }
		}
		if err := yaml.Unmarshal(text, &f); err != nil || len(f.Sources) == 0 {
			t.Fatalf("%s has no sources: %v", file.Name(), err)
		}
		for id, s := range f.Sources {
			if !s.Title.Translated() {
				t.Errorf("%s: source %s has the title %+v", file.Name(), id, s.Title)
			}
		}
	}
}

func TestTitleOfASourceMayBeInTwoLanguages(t *testing.T) {
	s, err := load(map[string]string{"a.yaml": strings.Replace(good, "title: Perwal 1/2025", "title: {id: Perwal, en: Decree}", 1)})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.All()[0].Source.Title; got != (i18n.Text{ID: "Perwal", EN: "Decree"}) {
		t.Errorf("read as %+v", got)
	}
}

func TestWithChangesParameters(t *testing.T) {
	s := presets(t)
	p, err := s.Version("pkh", civil.MustParse("2025-06-01"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := p.With(map[string]int64{"sma": 2_500_000, "cap_members": 1})
	if err != nil {
		t.Fatal(err)
	}
	_, b := readFamily(t, "keluarga decile=1\nanak born=2008-01-01 relation=head school=sma\nadik born=2009-01-01 school=sma", civil.MustParse("2025-06-01"))
	if got := fmt.Sprint(more.AmountOf(b, 0, rule.NoMember).Lines, p.AmountOf(b, 0, rule.NoMember).Lines); got != "[{4 0 Rp2.500.000}] [{4 0 Rp2.000.000} {4 1 Rp2.000.000}]" {
		t.Errorf("lines %s", got)
	}
	again, err := p.With(map[string]int64{"cap_members": 1, "sma": 2_500_000})
	if err != nil || more.Digest != again.Digest || more.Digest == p.Digest {
		t.Errorf("digests: %x %x %x (%v)", p.Digest[:4], more.Digest[:4], again.Digest[:4], err)
	}
	if _, err := p.With(map[string]int64{"smaa": 1}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("unknown parameter: %v", err)
	}
	if _, err := p.With(map[string]int64{"cap_members": 0}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("cap 0: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(good)
	files, err := programmes.Files.ReadDir(".")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := programmes.Files.ReadFile(file.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("a: &a [*a]")
	f.Add("code: |2\n   x\neligible: [{when: >\n\n\n a\n b}]")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := load(map[string]string{"f.yaml": text})
		if _, ok := Problems(err); err != nil && !ok {
			t.Fatal(err)
		}
	})
}

func TestWordsHaveNames(t *testing.T) {
	for group, all := range map[string][]string{"aim": aims, "confidence": confidences, "channel": channels, "every": everies, "area": areas, "unit": units} {
		for _, w := range all {
			for _, l := range i18n.Langs {
				if !i18n.Has(l, "programme."+group+"."+w) {
					t.Errorf("%s %s has no name in %s", group, w, l)
				}
			}
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(months)), slices.Sorted(slices.Values([]Every{"month", "two_months", "quarter", "half_year", "year"}))); diff != "" {
		t.Errorf("intervals without months: %s", diff)
	}
}
