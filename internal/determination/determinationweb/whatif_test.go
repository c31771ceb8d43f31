package determinationweb

import (
	"encoding/csv"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/decree"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/snapshot/snapshottest"
)

// figure reads a number of the answer's tiles.
func figure(t *testing.T, page, label string) int {
	t.Helper()
	m := regexp.MustCompile(`(?s)stat-label">` + label + `</span>.*?stat-value">(.*?)</span>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no figure %q", label)
	}
	digits := regexp.MustCompile(`[0-9.]+`).FindString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], ""))
	n, err := strconv.Atoi(strings.ReplaceAll(digits, ".", ""))
	if err != nil {
		t.Fatalf("%s is %q", label, m[1])
	}
	return n
}

// A rule that cannot be computed for some says for how many, and cannot be
// proposed; one that is wrong says where.
func TestWhatIfOfRulesThatFail(t *testing.T) {
	s := newSite(t, 150)
	s.world.Enacted(t)
	divides := WhatIfPath + "?program=sembako&" + url.Values{ruleField + "decile": {"family.income_total / (family.size - 1) < 1000000"}}.Encode()
	expect(t, s.get(officer, divides), 200, "tidak dapat dihitung untuk", "pembagian dengan nol")
	wrong := WhatIfPath + "?program=sembako&" + url.Values{ruleField + "decile": {"family.desile <= 3"}}.Encode()
	body := expect(t, s.get(officer, wrong), 200, "desile", "decile", "kolom")
	if strings.Contains(body, "Biaya setahun") {
		t.Error("a rule that is wrong has an answer")
	}
	expect(t, s.get(officer, WhatIfPath+"?program=sembako&"+ruleField+"decile=family.decile"), 200, "isian-aturan.decile-salah")
	expect(t, s.get(officer, WhatIfPath+"?program=pkh&kuota=-4"), 200, "isian-kuota-salah")
}

func TestWhatIfOfAModel(t *testing.T) {
	s := newSiteOf(t, snapshottest.Complete(snapshottest.Random(21, 200)))
	s.world.Enacted(t)
	ask := func(pairs ...string) string {
		q := url.Values{"program": {"sembako"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			q.Add(pairs[i], pairs[i+1])
		}
		return "?" + q.Encode()
	}
	body := expect(t, s.get(officer, WhatIfModelPath+ask()), 200, "Bobot Model PMT contoh 2025", "Skor awal semua keluarga", `name="bobot.size.each"`, `value="-95000"`, "−9,1 %", "Jangan hitung")
	if figure(t, body, "Mulai menerima")+figure(t, body, "Berhenti menerima") != 0 {
		t.Error("nothing changed moves somebody")
	}

	// Another weight orders families otherwise: on its page, on the programme's, in names and files alike.
	changed := ask("bobot.size.each", "200000", "bobot.urban.yes", "-400000", "hapus", "car", "tambah", "bicycle")
	body = expect(t, s.get(officer, WhatIfModelPath+changed), 200, "Yang berubah pada model", "dari -95000 menjadi 200000", "semula -95000", "ditambahkan", "dihapus", "Usulkan model ini")
	won, lost := figure(t, body, "Mulai menerima"), figure(t, body, "Berhenti menerima")
	if won == 0 || lost == 0 {
		t.Fatalf("+%d −%d", won, lost)
	}
	same := expect(t, s.get(officer, WhatIfPath+changed), 200, "Yang berubah pada model", "Ubah bobot model")
	if figure(t, same, "Mulai menerima") != won || figure(t, same, "Berhenti menerima") != lost {
		t.Error("the programme's page says otherwise")
	}
	if strings.Contains(same, "Tetapkan dengan pemeringkatan ini") {
		t.Error("a tried model is offered to determine with")
	}
	rows, err := csv.NewReader(s.get(officer, WhatIfPath+"/nama"+changed+"&arah=winner&berkas=csv").Body).ReadAll()
	if err != nil || len(rows) != won+1 {
		t.Errorf("%d names of %d, %v", len(rows)-1, won, err)
	}
	rows, err = csv.NewReader(s.get(officer, WhatIfModelPath+changed+"&berkas=csv").Body).ReadAll()
	if err != nil || len(rows) < 10 {
		t.Errorf("%d groups, %v", len(rows), err)
	}

	// An address says what is changed and no more.
	long := url.Values{"program": {"sembako"}}
	ms, err := s.world.Rankings.Models.Model("pmt_demo_2025")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range ms.Weights() {
		long.Set(weightField+w.Place, strconv.FormatInt(w.Value, 10))
	}
	long.Set("bobot.car.yes", "1")
	w := s.get(officer, WhatIfModelPath+"?"+long.Encode())
	expect(t, w, 303)
	if to := w.Header().Get("Location"); len(to) > 300 || !strings.Contains(to, "bobot.car.yes=1") {
		t.Errorf("led to %s", to)
	}

	for name, x := range map[string]struct{ query, want string }{
		"not a number":     {ask("bobot.car.yes", "banyak"), "isian-bobot.car.yes-salah"},
		"a decimal":        {ask("bobot.car.yes", "0,5"), "isian-bobot.car.yes-salah"},
		"too large":        {ask("bobot.car.yes", "999999999999"), "terlalu besar"},
		"crossed bounds":   {ask("bobot.size.from", "30"), "from lebih besar dari to"},
		"no such weight":   {ask("bobot.car.each", "3"), "tidak punya bobot"},
		"no such fact":     {ask("tambah", "sepeda"), "tidak dapat dihitung dari"},
		"a fact of scores": {ask("tambah", "decile"), "tidak dapat dihitung dari"},
		"taken out twice":  {ask("hapus", "bicycle"), "tidak menghitung bicycle"},
		"added and there":  {ask("tambah", "car"), "sudah dihitung"},
	} {
		body := expect(t, s.get(officer, WhatIfModelPath+x.query), 200, x.want)
		if strings.Contains(body, "Biaya setahun") {
			t.Errorf("%s has an answer", name)
		}
	}
	expect(t, s.get(planner, WhatIfModelPath), 403)
	expect(t, s.get(operator, WhatIfModelPath), 403)
	t.Run("kept and proposed", func(t *testing.T) { modelIsProposed(t, s, changed[1:]) })
}

func modelIsProposed(t *testing.T, s *site, asked string) {
	expect(t, s.post(officer, WhatIfPath+"/simpan", askedField, asked, "nama", "Bobot lain"), 303)
	expect(t, s.get(officer, WhatIfPath+"/tersimpan"), 200, "Bobot lain", "bobot.size.each=200000")

	path := WhatIfModelPath + "/usulkan"
	valid := []string{askedField, asked, "mulai_model", "2025-08-01", "dasar_model", "SK 7", "terbit_model", "2025-07-01"}
	for name, x := range map[string]struct{ field, value, want string }{
		"no basis":    {"dasar_model", "", "isian-dasar_model-salah"},
		"no day":      {"mulai_model", "besok", "isian-mulai_model-salah"},
		"past":        {"mulai_model", "2025-07-01", "isian-mulai_model-salah"},
		"unpublished": {"terbit_model", "2030-07-01", "isian-terbit_model-salah"},
	} {
		pairs := append([]string(nil), valid...)
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == x.field {
				pairs[i+1] = x.value
			}
		}
		if body := expect(t, s.post(officer, path, pairs...), 422); !strings.Contains(body, x.want) {
			t.Errorf("%s is not said beside the field", name)
		}
	}
	var w *httptest.ResponseRecorder
	if w = s.post(officer, path, valid...); w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), ModelPath+"/") {
		t.Fatalf("proposed: %d %s", w.Code, w.Header().Get("Location"))
	}
	ctx := determinationtest.Staff("mira", access.Nation(), access.Manager)
	all, err := s.world.Rankings.ModelVersions(ctx)
	if err != nil || len(all) != 1 || all[0].State != decree.Proposed || all[0].Edit.Weights["size.each"] != 200000 {
		t.Errorf("kept %+v, %v", all, err)
	}
	if body := expect(t, s.post(manager, path, valid...), 422); !strings.Contains(body, "masih ada usulan") && !strings.Contains(body, "Masih ada usulan") {
		t.Error("a second proposal is not told from the first")
	}
}
