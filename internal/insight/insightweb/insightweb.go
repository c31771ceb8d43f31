// Package insightweb has the pages of figures: the dashboard of an area for
// its staff, the statistics that anybody may see, and the home page, which
// shows staff what waits for them and everybody else where to begin.
package insightweb

import (
	"context"
	"log/slog"

	"gotong/internal/access"
	"gotong/internal/i18n"
	"gotong/internal/insight"
	"gotong/internal/region"
	"gotong/internal/web"
)

// The paths of the pages.
const (
	HomePath       = "/"
	TasksPath      = "/tugas"
	DashboardPath  = "/dasbor"
	StatisticsPath = "/statistik"
)

// Deps are what Handlers are made of.
type Deps struct {
	Service *insight.Service
	Atlas   *region.Atlas
	Log     *slog.Logger

	Programme func(code string) i18n.Text // a programme's name

	Tasks []Tasks // what may wait for somebody, in the order of the home page
	Doors []Door  // ways to the pages of other slices, in the order of the home page
	// Cards are what other slices count of an area; nil for nothing.
	Cards []func(ctx context.Context, area string) (*Card, error)
	Check string // path of the public status check; "" shows no way to it
	Ask   string // path of the page on which anybody asks about their own data; "" likewise
	Enter string // path of the sign-in page
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Programme == nil {
		d.Programme = func(code string) i18n.Text { return i18n.Text{ID: code, EN: code} }
	}
	return &Handlers{d}
}

// Routes says who may open what. None of the pages holds personal data.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: HomePath + "{$}", Public: true, Greets: true, Handle: h.home},
		{Method: "GET", Pattern: TasksPath, AnyStaff: true, Handle: h.tasks},
		{Method: "GET", Pattern: DashboardPath, Permission: access.SeeDashboard, Handle: h.dashboard},
		{Method: "GET", Pattern: StatisticsPath, Public: true, Handle: h.statistics},
	}
}
