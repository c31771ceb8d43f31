package runweb

import (
	"context"
	"slices"
	"strings"
	"time"

	"gotong/internal/run"
	"gotong/internal/web"
)

// progress says how far a run is at now: the stage that it is in, and the
// stages that it has been through.
func progress(ctx context.Context, r run.Run, now time.Time) (web.Progress, []web.Event) {
	l := web.Lang(ctx)
	p := web.Progress{
		ID: "jalan", Title: kindName(l, r.Kind), State: stateName(l, r), Tone: stateTone(r.State),
		Live: !r.State.Ended(), Unit: web.T(ctx, "run.unit"),
	}
	stages := r.Progress.Stages
	if len(stages) == 0 {
		return p, nil
	}
	end := now
	if r.State.Ended() {
		end = r.EndedAt
	}
	past := events(ctx, stages, end)
	if !p.Live {
		slices.Reverse(past)
		return p, past
	}
	current := stages[len(stages)-1]
	p.Title = word(l, "stage", current.Key)
	p.Done, p.Total = current.Sum(), current.Total
	p.Rate, p.Left = current.Pace(end)
	p.Counts = counts(ctx, current)
	past = past[:len(past)-1]
	slices.Reverse(past)
	return p, past
}

// counts shows a stage's items by outcome, where there is more than one sort.
func counts(ctx context.Context, s run.Stage) []web.Stat {
	var stats []web.Stat
	for _, outcome := range outcomes(s) {
		stats = append(stats, web.Stat{
			Label: word(web.Lang(ctx), "outcomes", outcome), Value: web.Number(ctx, s.Counts[outcome]),
			Note: web.Percent(ctx, s.Counts[outcome], s.Sum()),
		})
	}
	return stats
}

// outcomes returns a stage's outcomes in one order, without the nameless.
func outcomes(s run.Stage) []string {
	var names []string
	for outcome := range s.Counts {
		if outcome != "" {
			names = append(names, outcome)
		}
	}
	slices.Sort(names)
	return names
}

// events tells of each stage how much it counted and how long it took. end
// is when the last one ended, or now.
func events(ctx context.Context, stages []run.Stage, end time.Time) []web.Event {
	var all []web.Event
	for i, s := range stages {
		until := end
		if i+1 < len(stages) {
			until = stages[i+1].Began
		}
		e := web.Event{
			At:    web.T(ctx, "run.stage_line", "n", web.Number(ctx, s.Sum()), "span", web.Span(ctx, max(0, until.Sub(s.Began)))),
			Title: word(web.Lang(ctx), "stage", s.Key), Tone: web.Good,
		}
		var parts []string
		for _, outcome := range outcomes(s) {
			parts = append(parts, word(web.Lang(ctx), "outcomes", outcome)+": "+web.Number(ctx, s.Counts[outcome]))
		}
		e.Text = strings.Join(parts, " · ")
		all = append(all, e)
	}
	return all
}
