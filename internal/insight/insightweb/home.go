package insightweb

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/web"
)

// Door is a way from the home page to some work.
type Door struct {
	Key        string            // home.door.KEY and home.door.KEY_text are its sentences
	Href       string            // path of the page
	Permission access.Permission // who sees it; "" is every member of staff
}

type homeView struct {
	web.Base
	Tasks   []Task
	Missing bool // some tasks could not be counted
	Doors   []Door
}

type startView struct {
	web.Base
	Check, Ask, Enter string
}

// home is the staff's home page, or the public start page for everybody else.
func (h *Handlers) home(ctx context.Context, r *web.Request) (web.Response, error) {
	if !r.SignedIn {
		return web.Page(startPage(startView{Base: r.Base(r.T("home.start.title")), Check: h.Check, Ask: h.Ask, Enter: h.Enter})), nil
	}
	v := homeView{Base: r.Base(r.T("home.title"))}
	v.Tasks, v.Missing = h.waiting(ctx, r.Actor)
	for _, d := range h.Doors {
		if d.Permission == "" || r.Actor.Can(d.Permission) {
			v.Doors = append(v.Doors, d)
		}
	}
	return web.Page(homePage(v)), nil
}

func (h *Handlers) tasks(context.Context, *web.Request) (web.Response, error) {
	return web.SeeOther(HomePath), nil
}

// waiting returns what waits for an actor. A count that fails does not take
// the home page away from somebody whose work is elsewhere: it is logged,
// and the page says that something is missing.
func (h *Handlers) waiting(ctx context.Context, a access.Actor) (all []Task, missing bool) {
	for _, t := range h.Tasks {
		some, err := t.Tasks(ctx, a)
		if err != nil {
			h.Log.WarnContext(ctx, "counting tasks", "error", err.Error())
			missing = true
			continue
		}
		for _, task := range some {
			if task.Count > 0 {
				all = append(all, task)
			}
		}
	}
	return all, missing
}

// Inbox counts the tasks that wait for an actor, for the head of every page.
func (h *Handlers) Inbox(ctx context.Context, a access.Actor) (int, error) {
	all, _ := h.waiting(ctx, a)
	return len(all), nil
}
