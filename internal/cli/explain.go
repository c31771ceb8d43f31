package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

func explainCommand(e *env) *cobra.Command {
	var family, programme, of, at string
	c := &cobra.Command{
		Use: "explain FAMILY", Short: "Say why a programme said yes or no to a family, clause by clause", Args: cobra.MaximumNArgs(1),
		Example: "  gotong explain 019b8bab-0681-7006-a9be-f5488ace7209 --data office --programme pkh --at 2026-01-31 --lang id",
		RunE: func(cmd *cobra.Command, named []string) error {
			if len(named) == 1 {
				family = named[0]
			}
			id, err := ident.Parse(family)
			if err != nil {
				return fault.Invalid("cli.bad_id", "value", family).Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if err := e.saySuspended(ctx, a, id); err != nil {
					return err
				}
				var args []string
				if of != "" {
					args = []string{of}
				}
				which, err := determinationAt(ctx, a, args, at)
				if err != nil {
					return err
				}
				all, err := explanations(ctx, a, which, id, programme)
				if err != nil {
					return err
				}
				out := []explained{}
				for _, x := range all {
					e.printf("%s\n", x.Text(e.lang))
					out = append(out, e.explained(x))
				}
				return e.result(map[string]any{"family": id.String(), "determination": which.String(), "programmes": out})
			})
		},
	}
	f := c.Flags()
	f.StringVar(&family, "family", "", "family id")
	f.StringVar(&programme, "programme", "", "programme code (default: all)")
	f.StringVar(&of, "determination", "", "determination id (default: the newest)")
	f.StringVar(&at, "at", "", "day, YYYY-MM-DD: explain what was in force for it")
	return c
}

// saySuspended tells people, before the reasons, that a family's data are not
// processed. It is for those who may see families.
func (e *env) saySuspended(ctx context.Context, a *app.App, family ident.ID) error {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil // the reasons have a permission of their own
	}
	since, yes, err := a.Registry.SuspendedSince(ctx, family)
	if err != nil || !yes {
		return err
	}
	e.printf("%s\n\n", i18n.T(e.lang, "determination.why.suspended", "since", i18n.Day(e.lang, civil.OfTime(since))))
	return nil
}

// determinationAt returns the determination in force for a day, where one is given.
func determinationAt(ctx context.Context, a *app.App, args []string, at string) (ident.ID, error) {
	if at == "" {
		return determinationOf(ctx, a, args)
	}
	day, err := civil.Parse(at)
	if err != nil {
		return ident.ID{}, fault.Invalid("determination.bad_date", "value", at).Because(err)
	}
	h, err := a.Determinations.InForceOn(ctx, day)
	return h.ID, err
}

func explanations(ctx context.Context, a *app.App, of, family ident.ID, programme string) ([]*determination.Explanation, error) {
	if programme == "" {
		return a.Determinations.ExplainAll(ctx, access.PurposeService, of, family)
	}
	x, err := a.Determinations.Explain(ctx, access.PurposeService, of, family, programme)
	return []*determination.Explanation{x}, err
}

// explained is an explanation for programs: outcomes and clauses by id, with
// the sentences of the asked language.
type explained struct {
	Programme string             `json:"programme"`
	Version   string             `json:"version"`
	AsOf      civil.Date         `json:"as_of"`
	Preview   bool               `json:"preview,omitempty"` // nobody has decided it
	Subjects  []explainedSubject `json:"subjects"`
}

type explainedSubject struct {
	Person  ident.ID          `json:"person,omitzero"`
	Outcome string            `json:"outcome"`
	Annual  int64             `json:"annual_rupiah"`
	Clauses []explainedClause `json:"clauses"`
	Collect []string          `json:"collect,omitempty"` // indicators to find out
	Advice  []explainedAdvice `json:"advice,omitempty"`  // what would change the answer; each was tried
}

type explainedAdvice struct {
	Class    string           `json:"class"` // mutable or correctable
	Sentence string           `json:"sentence"`
	Changes  map[string]int64 `json:"changes"` // by indicator, as stored
}

type explainedClause struct {
	ID        string `json:"id"`
	Exclusion bool   `json:"exclusion,omitempty"`
	Answer    string `json:"answer"` // yes, no or unknown
	Sentence  string `json:"sentence,omitempty"`
}

func (e *env) explained(x *determination.Explanation) explained {
	out := explained{Programme: x.Programme.Code, Version: x.Programme.Version(), AsOf: x.AsOf, Preview: x.Preview}
	for _, s := range x.Subjects {
		subject := explainedSubject{Person: s.PersonID, Outcome: s.Outcome.String(), Annual: int64(s.Annual), Clauses: []explainedClause{}}
		for _, i := range s.Items {
			subject.Clauses = append(subject.Clauses, explainedClause{ID: i.ID, Exclusion: i.Exclusion, Answer: i.Answer.String(), Sentence: i.Sentence.In(e.lang)})
		}
		for _, f := range s.Collect {
			subject.Collect = append(subject.Collect, f.Indicator.Code)
		}
		for _, a := range s.Advice {
			y := explainedAdvice{Class: string(a.Class), Sentence: a.Anonymous().Sentence(e.lang), Changes: map[string]int64{}}
			for _, c := range a.Changes {
				y.Changes[c.Indicator.Code] = c.Value
			}
			subject.Advice = append(subject.Advice, y)
		}
		out.Subjects = append(out.Subjects, subject)
	}
	return out
}
