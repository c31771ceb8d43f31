package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

func explainCommand(e *env) *cobra.Command {
	var family, programme, of string
	c := &cobra.Command{
		Use: "explain", Short: "Say why a programme said yes or no to a family, clause by clause", Args: cobra.NoArgs,
		Example: "  gotong explain --data office --family 019b8bab-0681-7006-a9be-f5488ace7209 --programme pkh --lang id",
		RunE: func(cmd *cobra.Command, _ []string) error {
			id, err := ident.Parse(family)
			if err != nil {
				return fault.Invalid("cli.bad_id", "value", family).Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				var args []string
				if of != "" {
					args = []string{of}
				}
				which, err := determinationOf(ctx, a, args)
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
	if err := c.MarkFlagRequired("family"); err != nil {
		panic(err)
	}
	return c
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
	Subjects  []explainedSubject `json:"subjects"`
}

type explainedSubject struct {
	Person  ident.ID          `json:"person,omitzero"`
	Outcome string            `json:"outcome"`
	Annual  int64             `json:"annual_rupiah"`
	Clauses []explainedClause `json:"clauses"`
	Collect []string          `json:"collect,omitempty"` // indicators to find out
}

type explainedClause struct {
	ID        string `json:"id"`
	Exclusion bool   `json:"exclusion,omitempty"`
	Answer    string `json:"answer"` // yes, no or unknown
	Sentence  string `json:"sentence,omitempty"`
}

func (e *env) explained(x *determination.Explanation) explained {
	out := explained{Programme: x.Programme.Code, Version: x.Programme.Version()}
	for _, s := range x.Subjects {
		subject := explainedSubject{Person: s.PersonID, Outcome: s.Outcome.String(), Annual: int64(s.Annual), Clauses: []explainedClause{}}
		for _, i := range s.Items {
			subject.Clauses = append(subject.Clauses, explainedClause{ID: i.ID, Exclusion: i.Exclusion, Answer: i.Answer.String(), Sentence: i.Sentence.In(e.lang)})
		}
		for _, f := range s.Collect {
			subject.Collect = append(subject.Collect, f.Indicator.Code)
		}
		out.Subjects = append(out.Subjects, subject)
	}
	return out
}
