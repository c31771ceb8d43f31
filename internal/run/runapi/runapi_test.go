package runapi

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api/apitest"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/run/rundb"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type nowhere struct{}

func (nowhere) Enqueue(context.Context, ident.ID) error { return nil }

func TestARunIsWatchedAndStopped(t *testing.T) {
	c := clock.NewStepping(time.Unix(1_700_000_000, 0), time.Second)
	service := run.NewService(dbtest.SQLite(t), rundb.New(), c, ident.NewMaker(c, rand.Reader), slog.New(slog.DiscardHandler), run.Timing{Beat: time.Hour})
	service.UseQueue(nowhere{})
	service.Handle("count", access.StartRuns, func(_ context.Context, task run.Task) (any, error) {
		task.Progress.Stage("read", 70)
		task.Progress.Add("", 70)
		return map[string]int{"rows": 70}, nil
	})
	service.Handle("refuse", access.StartRuns, func(context.Context, run.Task) (any, error) {
		return nil, fault.Invalid("core.error.invalid")
	})
	ctx := access.With(t.Context(), access.Actor{Login: "sari", Roles: []access.Role{access.Officer}, Scope: access.Nation()})
	done, err := service.Do(ctx, "count", nil, false, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Do(ctx, "refuse", nil, false, run.Silent{}); !fault.Is(err, fault.KindInvalid) {
		t.Fatal(errors.Join(errors.New("not refused"), err))
	}
	waits, err := service.Start(ctx, "count", map[string]int{"other": 1}, true)
	if err != nil {
		t.Fatal(err)
	}
	client := apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, service) })
	ask := func(who, method, path string, status int, into any) string {
		t.Helper()
		return client.Do(apitest.Ask{Who: who, Method: method, Path: "/api/v1/runs" + path, Lang: "en"}, status, into)
	}
	var all struct{ Runs []work }
	if ask("auditor@*", "GET", "", 200, &all); len(all.Runs) != 3 || all.Runs[0].ID != waits.ID.String() || !all.Runs[0].DryRun {
		t.Errorf("%+v", all)
	}
	if ask("auditor@*", "GET", "?kind=refuse", 200, &all); len(all.Runs) != 1 || all.Runs[0].State != "failed" || all.Runs[0].Code != "core.error.invalid" || all.Runs[0].Failure == "" {
		t.Errorf("%+v", all)
	}
	var one work
	text := ask("auditor@*", "GET", "/"+done.ID.String(), 200, &one)
	if one.State != "done" || one.By != "sari" || len(one.Stages) != 1 || one.Stages[0].Total != 70 || one.EndedAt == nil || !strings.Contains(text, `"result":{"rows":70}`) {
		t.Errorf("%s", text)
	}
	ask("auditor@*", "POST", "/"+waits.ID.String()+"/stop", 403, nil)
	one = work{}
	if ask("officer@*", "POST", "/"+waits.ID.String()+"/stop", 202, &one); one.State != "cancelled" && !one.Stopping {
		t.Errorf("%+v", one)
	}
	ask("officer@*", "GET", "/"+(ident.ID{9}).String(), 404, nil)
	ask("officer@*", "GET", "?limit=0", 422, nil)
	ask("", "GET", "", 401, nil)
}
