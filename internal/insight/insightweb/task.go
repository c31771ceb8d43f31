package insightweb

import (
	"context"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/insight"
	"gotong/internal/run"
	"gotong/internal/web"
)

// Task is something that waits for a member of staff.
type Task struct {
	Key   string // of its sentence, such as home.task.check
	Href  string // where it is done
	Count int64  // how many; 0 waits for nobody and is not shown
	Tone  web.Tone
}

// Tasks knows what waits for somebody. A slice with such work, or app for
// it, implements it; it returns only what this actor can do.
type Tasks interface {
	Tasks(ctx context.Context, a access.Actor) ([]Task, error)
}

// TasksFunc is a function that is Tasks.
type TasksFunc func(ctx context.Context, a access.Actor) ([]Task, error)

// Tasks calls f.
func (f TasksFunc) Tasks(ctx context.Context, a access.Actor) ([]Task, error) { return f(ctx, a) }

// FigureTasks are the tasks that the figures themselves show: families to
// visit because a fact is missing, where they are listed. "" is for what is
// listed nowhere, and so is no task.
func FigureTasks(s *insight.Service, undetermined, unranked string) Tasks {
	return TasksFunc(func(ctx context.Context, a access.Actor) ([]Task, error) {
		if !a.Can(access.EditFamilies) {
			return nil, nil
		}
		v, err := s.Overview(ctx, "")
		if err != nil {
			return nil, err
		}
		all := []Task{
			{Key: "home.task.undetermined", Href: undetermined, Count: v.Open, Tone: web.Unknown},
			{Key: "home.task.unranked", Href: unranked, Count: v.Unranked, Tone: web.Unknown},
		}
		return slices.DeleteFunc(all, func(t Task) bool { return t.Href == "" }), nil
	})
}

// lookBack is how long a failed run is brought to its owner's attention.
const lookBack = 3 * 24 * time.Hour

// RunTasks are somebody's own runs that go on or have failed of late.
func RunTasks(s *run.Service, c clock.Clock, path string) Tasks {
	return TasksFunc(func(ctx context.Context, a access.Actor) ([]Task, error) {
		const newest = 200
		all, err := s.Recent(ctx, newest)
		if err != nil {
			return nil, err
		}
		going := Task{Key: "home.task.runs", Href: path + "?status=running&oleh=" + a.Login, Tone: web.Wait}
		failed := Task{Key: "home.task.runs_failed", Href: path + "?status=failed&oleh=" + a.Login, Tone: web.Bad}
		for _, r := range all {
			switch {
			case r.Actor.ID != a.ID || r.Actor.Login != a.Login:
			case !r.State.Ended():
				going.Count++
			case r.State == run.Failed && c.Now().Sub(r.EndedAt) < lookBack:
				failed.Count++
			}
		}
		return []Task{failed, going}, nil
	})
}
