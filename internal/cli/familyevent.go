package cli

import (
	"context"
	"io"
	"iter"
	"os"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// familyRecordCommand records a life event. The usual ones are said by flags;
// all that a request can hold is taken as JSON.
func familyRecordCommand(e *env) *cobra.Command {
	var person, newHead, other, otherPerson, request string
	var accept bool
	var basis registry.Basis
	c := &cobra.Command{
		Use: "record FAMILY KIND", Short: "Record what happened: birth, death, marriage, divorce, adoption, split, move, head, return, merge, erasure", Args: cobra.ExactArgs(2),
		Example: `  gotong family record FAMILY death --person PERSON --new-head PERSON --on 2025-05-01 --document death_certificate --evidence "no. 12" --as operator
  gotong family record FAMILY split --request split.json --as operator --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			req := registry.Request{}
			if request != "" {
				data, err := e.readRequest(request)
				if err != nil {
					return err
				}
				if req, err = registry.ReadRequest(data); err != nil {
					return err
				}
			}
			var err error
			if req.Family, err = familyID(args[0]); err != nil {
				return err
			}
			req.Kind = registry.ChangeKind(args[1])
			for _, id := range []struct {
				text string
				into *ident.ID
			}{{person, &req.Person}, {newHead, &req.NewHead}, {other, &req.Other}, {otherPerson, &req.OtherPerson}} {
				if id.text == "" {
					continue
				}
				if *id.into, err = familyID(id.text); err != nil {
					return err
				}
			}
			for from, into := range map[*string]*string{&basis.On: &req.Basis.On, &basis.Document: &req.Basis.Document, &basis.Evidence: &req.Basis.Evidence, &basis.Note: &req.Basis.Note} {
				if *from != "" {
					*into = *from
				}
			}
			if req.Basis.Source == "" {
				req.Basis.Source = registry.SourceOffice
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error { return e.recordEvent(ctx, a, req, accept) })
		},
	}
	f := c.Flags()
	f.StringVar(&person, "person", "", "whom it is about (default: the whole family)")
	f.StringVar(&newHead, "new-head", "", "who becomes the head")
	f.StringVar(&other, "other", "", "the other family: who is the same, or where somebody goes to or comes from")
	f.StringVar(&otherPerson, "other-person", "", "the other person: who is the same, marries, or comes")
	f.StringVar(&basis.On, "on", "", "from which day it holds, YYYY-MM-DD")
	f.StringVar(&basis.Document, "document", "", "kind of evidence, by its code in policy/changes.yaml")
	f.StringVar(&basis.Evidence, "evidence", "", "number or description of the evidence")
	f.StringVar(&basis.Note, "note", "", "anything more")
	f.StringVar(&request, "request", "", "the whole request as a JSON file, - for standard input")
	f.BoolVar(&accept, "accept", false, "record it although something looks wrong; what does is printed")
	return c
}

func (e *env) readRequest(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(e.in)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Invalid("cli.unreadable", "file", path).Because(err)
	}
	return b, nil
}

// byField is an error that says what is wrong field by field, or line by line.
type byField interface {
	error
	Fields() iter.Seq2[string, *fault.Error]
}

// refusals writes out what is wrong, by field.
func (e *env) refusals(refused byField) []problem {
	var all []problem
	for field, f := range refused.Fields() {
		all = append(all, problem{Field: field, Message: i18n.Error(e.lang, f)})
	}
	return all
}

// recordEvent does what is asked. What looks wrong is printed, and needs to be
// accepted.
func (e *env) recordEvent(ctx context.Context, a *app.App, req registry.Request, accept bool) error {
	out, err := a.Registry.Do(ctx, req)
	if mark := out.Mark(); err == nil && mark != "" && !out.Written && out.Proposed.IsZero() && accept {
		req.Basis.Read = mark
		out, err = a.Registry.Do(ctx, req)
	}
	if err != nil {
		return err
	}
	return e.eventOutcome(out)
}

func (e *env) eventOutcome(out registry.Outcome) error {
	warnings := []string{}
	for _, w := range out.Warnings {
		warnings = append(warnings, i18n.T(e.lang, w.Key, w.Args...))
		e.printf("! %s\n", warnings[len(warnings)-1])
	}
	key := "cli.family.not_written"
	switch {
	case out.Written:
		key = "cli.family.written"
	case !out.Proposed.IsZero():
		key = "cli.family.proposed"
	}
	e.printf("%s\n", i18n.T(e.lang, key, "event", out.Event, "proposed", out.Proposed))
	for _, s := range out.Stopped {
		e.printStopped("- ", s)
	}
	for _, s := range out.Again {
		e.printf("- %s: %s %s\n", i18n.T(e.lang, "event.again"), s.Label, s.ID)
	}
	e.fates(out.Fates)
	if out.Traces {
		e.printf("%s\n", i18n.T(e.lang, "event.erased_but_traces"))
	}
	err := e.result(map[string]any{"traces": out.Traces, "fates": append([]registry.Fate{}, out.Fates...), "written": out.Written, "proposed": out.Proposed, "event": out.Event, "families": append([]ident.ID{}, out.Families...),
		"warnings": warnings, "stopped": append([]registry.Stopped{}, out.Stopped...), "start_again": append([]registry.Stopped{}, out.Again...)})
	if err == nil && !out.Written && out.Proposed.IsZero() {
		err = errFindings
	}
	return err
}

func familyEventsCommand(e *env) *cobra.Command {
	var f registry.EventFilter
	var kind, status string
	c := &cobra.Command{
		Use: "events", Short: "List events, and proposals that wait for a second hand", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.Kind, f.Status = registry.ChangeKind(kind), registry.EventStatus(status)
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				events, n, err := a.Registry.Events(ctx, f, access.PurposeVerification)
				if err != nil {
					return err
				}
				rows := []map[string]any{}
				for _, ev := range events {
					e.printf("%s  %s  %s  %s  %s  %s\n", ev.ID, ev.EffectiveOn, ev.Kind, ev.Status, ev.ProposedBy, ev.HeadName)
					rows = append(rows, map[string]any{"id": ev.ID, "kind": ev.Kind, "family": ev.Family, "area": ev.Area, "status": ev.Status,
						"effective_on": ev.EffectiveOn.String(), "proposed_by": ev.ProposedBy, "decided_by": ev.DecidedBy})
				}
				return e.result(map[string]any{"events": rows, "total": n})
			})
		},
	}
	c.Flags().StringVar(&f.Area, "area", "", "code of an area")
	c.Flags().StringVar(&kind, "kind", "", "kind of event")
	c.Flags().StringVar(&status, "status", "", "proposed, recorded, rejected, closed or undone")
	return c
}

func familyApproveCommand(e *env) *cobra.Command {
	var accept bool
	c := &cobra.Command{
		Use: "approve EVENT", Short: "Approve somebody else's proposal, or take a family over", Args: cobra.ExactArgs(1),
		Long: `Carries a proposal out on the family as it stands now. Where it has changed since
it was proposed, or something else looks wrong that the proposer did not see,
that is printed and nothing is written without --accept.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := familyID(args[0])
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				out, err := a.Registry.Approve(ctx, id, "")
				if mark := out.Mark(); err == nil && mark != "" && !out.Written && accept {
					out, err = a.Registry.Approve(ctx, id, mark)
				}
				if err != nil {
					return err
				}
				return e.eventOutcome(out)
			})
		},
	}
	c.Flags().BoolVar(&accept, "accept", false, "approve it although something looks wrong; what does is printed")
	return c
}

func familyRejectCommand(e *env) *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use: "reject EVENT", Short: "Turn a proposal down, with the reason", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := familyID(args[0])
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if err := a.Registry.Reject(ctx, id, reason); err != nil {
					return err
				}
				return e.result(map[string]any{"rejected": id})
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why")
	return c
}

func familyUndoCommand(e *env) *cobra.Command {
	var basis registry.Basis
	var accept bool
	c := &cobra.Command{
		Use: "undo EVENT", Short: "Take a recorded event back", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := familyID(args[0])
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if basis.On == "" {
					basis.On = a.Registry.Today().String()
				}
				return e.recordEvent(ctx, a, registry.Request{Kind: registry.Undone, Event: id, Basis: basis}, accept)
			})
		},
	}
	c.Flags().StringVar(&basis.On, "on", "", "from which day it holds (default: today)")
	c.Flags().StringVar(&basis.Evidence, "evidence", "", "what it rests on")
	c.Flags().StringVar(&basis.Note, "note", "", "anything more")
	c.Flags().BoolVar(&accept, "accept", false, "take it back although something looks wrong")
	return c
}
