package conditionapi

import (
	"encoding/json"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api/apitest"
	"gotong/internal/condition"
	"gotong/internal/condition/conditiontest"
	"gotong/internal/db/dbtest"
	"gotong/internal/programme"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// site is the interface on a small town.
type site struct {
	*conditiontest.World
	client apitest.Client
}

func newSite(t *testing.T) site {
	w := conditiontest.New(t, dbtest.SQLite(t), 3)
	return site{w, apitest.New(t, apitest.As(conditiontest.As), func(a huma.API) { Register(a, w.Service) })}
}

// ask sends a request that must answer a status, and reads the answer into a
// value; nil for none.
func (s site) ask(who, method, path string, body, into any, status int) {
	s.T.Helper()
	text := ""
	if body != nil {
		b, err := json.Marshal(body)
		s.OK(err)
		text = string(b)
	}
	s.client.Do(apitest.Ask{Who: who, Method: method, Path: path, Body: text}, status, into)
}

// file sends a file.
func (s site) file(who, path, text string, into any, status int) {
	s.T.Helper()
	s.client.Do(apitest.Ask{Who: who, Method: "POST", Path: path, Type: "text/csv", Body: text}, status, into)
}

func TestFacilitiesFromAFile(t *testing.T) {
	s := newSite(t)
	const path, head = "/api/v1/duty-facilities", "jenis,kode,nama_tempat,wilayah\n"
	good := head + "Sekolah,20101234,SDN Kalibaru 01,31.72.04.1004\nhealth,P1,Posyandu,3172041004\n"
	var done facilitiesOutput
	for _, step := range []struct {
		path, text       string
		fresh, same, bad int
		taken            bool
	}{
		{path + "?dry_run=true", good, 2, 0, 0, false},
		{path, good + "Sekolah,20101235,SDN,1\n", 2, 0, 1, false},
		{path, good, 2, 0, 0, true},
		{path, good, 0, 2, 0, true},
	} {
		s.file("dina", step.path, step.text, &done.Body, 200)
		if b := done.Body; b.New != step.fresh || b.Same != step.same || len(b.Problems) != step.bad || b.Taken != step.taken {
			t.Errorf("%s: %+v, want %+v", step.path, b, step)
		}
	}
	s.file("dina", path, "kode,nama_tempat\n", nil, 422)
	s.file("dina", path, "", nil, 400)
	s.file("oki", path, good, nil, 403)
}

func TestDutiesFromTheField(t *testing.T) {
	s := newSite(t)
	_, err := s.AddFacility(conditiontest.As("dina"), condition.Facility{Code: "20101234", Name: "SDN Kalibaru 01", Kind: programme.School, Area: conditiontest.Village})
	s.OK(err)
	s.Opened("2026-01")
	const list = "/api/v1/duty-facilities/school/20101234/months/2026-01"
	var school facilityDutiesOutput
	s.ask("oki", "GET", list, nil, &school.Body, 200)
	if len(school.Body.Duties) != 3 || school.Body.Duties[0].Asks != "Hadir di sekolah" || *school.Body.Duties[0].AtLeast != 85 {
		t.Fatalf("the school's list: %+v", school.Body)
	}
	s.ask("otto", "GET", list, nil, nil, 404)
	s.ask("oki", "GET", "/api/v1/duty-facilities/school/1/months/2026-01", nil, nil, 404)
	s.ask("oki", "GET", "/api/v1/duty-months/2026-13", nil, nil, 422)

	first, second := school.Body.Duties[0].ID, school.Body.Duties[1].ID
	says := func(r ...map[string]any) map[string]any { return map[string]any{"reports": r} }
	s.ask("oki", "POST", "/api/v1/duty-reports", says(map[string]any{"duty": first, "measure": 90}, map[string]any{"duty": second, "measure": 900}), nil, 422)
	s.ask("oki", "POST", "/api/v1/duty-reports", says(map[string]any{"duty": first, "status": "maybe"}), nil, 422)
	s.ask("aulia", "POST", "/api/v1/duty-reports", says(map[string]any{"duty": first, "measure": 90}), nil, 403)
	var done dutiesReportedOutput
	good := says(map[string]any{"duty": first, "measure": 90}, map[string]any{"duty": second, "status": "excused", "excuse": "illness"})
	s.ask("oki", "POST", "/api/v1/duty-reports", good, &done.Body, 200)
	s.ask("oki", "POST", "/api/v1/duty-reports", good, &done.Body, 200)
	if done.Body.Changed != 0 || done.Body.Same != 2 {
		t.Errorf("said again: %+v", done.Body)
	}

	family := "/api/v1/families/" + s.Town.Families[2].String() + "/duty-months/2026-01"
	var owed familyDutiesOutput
	s.ask("peni", "GET", family, nil, &owed.Body, 200)
	if len(owed.Body.Duties) != 2 || len(owed.Body.Effects) != 0 {
		t.Fatalf("the family owes %+v", owed.Body)
	}
	s.ask("peni", "POST", family+"/verification", says(map[string]any{"duty": first, "measure": 90}), nil, 404)
	s.ask("peni", "POST", family+"/verification", map[string]any{"note": "Di rumah"}, nil, 200)
	s.ask("peni", "POST", family+"/verification", map[string]any{}, nil, 409)
	var month dutyMonthOutput
	s.ask("mira", "GET", "/api/v1/duty-months/2026-01", nil, &month.Body, 200)
	if month.Body.Verified != 1 || month.Body.Families != 3 || month.Body.Duties.Met != 1 {
		t.Errorf("the month: %+v", month.Body)
	}
}

func TestAnAppealFromTheField(t *testing.T) {
	s := newSite(t)
	for _, m := range []string{"2026-01", "2026-02"} {
		s.Day(m + "-25")
		s.Opened(m)
		s.Attended(0, m, 10)
	}
	s.Day("2026-04-11")
	_, err := s.Assess(conditiontest.As("dina"), "pkh", condition.Period{Year: 2026, No: 2}, "")
	s.OK(err)
	_, err = s.NotifyAll(conditiontest.As("dina"), condition.EffectFilter{})
	s.OK(err)
	var found dutyEffectsOutput
	s.ask("peni", "GET", "/api/v1/duty-effects?status=standing", nil, &found.Body, 200)
	if len(found.Body.Effects) != 1 || found.Body.Effects[0].Percent != 10 || len(found.Body.Effects[0].Misses) != 2 {
		t.Fatalf("what follows: %+v", found.Body)
	}
	at := "/api/v1/duty-effects/" + found.Body.Effects[0].ID + "/appeal"
	s.ask("peni", "POST", at, map[string]any{"by_family": true, "text": "Sakit"}, nil, 422)
	s.ask("peni", "POST", at, map[string]any{"by_family": true, "text": "Sakit", "evidence": "Surat", "picture": []byte("no picture")}, nil, 422)
	var filed dutyAppealOutput
	s.ask("peni", "POST", at, map[string]any{"by_family": true, "text": "Sakit", "evidence": "Surat"}, &filed.Body, 200)
	if filed.Body.Due != "2026-04-25" {
		t.Errorf("to be decided by %s", filed.Body.Due)
	}
	s.ask("peni", "POST", at, map[string]any{"by_family": true, "text": "Sakit", "evidence": "Surat"}, nil, 409)
	s.ask("peni", "GET", "/api/v1/duty-effects?appeal=filed", nil, &found.Body, 200)
	if len(found.Body.Effects) != 1 || found.Body.Effects[0].Appeal != condition.Filed {
		t.Errorf("with an appeal: %+v", found.Body)
	}
}
