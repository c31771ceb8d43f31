package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
)

func familyCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "family", Short: "Look at one family, on any day, and record what happened to it"}
	c.AddCommand(familyListCommand(e), familyFindCommand(e), familyShowCommand(e), familyUnmaskCommand(e), familyRecordCommand(e), familyEventsCommand(e), familyApproveCommand(e), familyRejectCommand(e), familyUndoCommand(e), familyErasedCommand(e))
	return c
}

func familyShowCommand(e *env) *cobra.Command {
	var at, known string
	c := &cobra.Command{
		Use: "show FAMILY", Short: "Show a family as it stands, or as it was on a day", Args: cobra.ExactArgs(1),
		Example: "  gotong family show 019b8bab-0681-7006-a9be-f5488ace7209 --at 2025-03-01 --known 2025-06-30 --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := familyID(args[0])
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				moment, err := a.Registry.ParseMoment(at, known)
				if err != nil {
					return err
				}
				d, err := a.Registry.FamilyAt(ctx, id, moment, access.PurposeService)
				if err != nil {
					return err
				}
				shown := showFamily(a.Registry, d, moment)
				if since, suspended, err := a.Registry.SuspendedSince(ctx, id); err != nil {
					return err
				} else if suspended {
					shown.SuspendedSince = &since
				}
				e.printFamily(shown)
				return e.result(shown)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&at, "at", "", "the day to show the family on, YYYY-MM-DD (default: today)")
	f.StringVar(&known, "known", "", "count only what was recorded until the end of this day (default: all)")
	return c
}

func familyID(text string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return id, fault.Invalid("cli.bad_id", "value", text).Because(err)
	}
	return id, nil
}

// shownFamily is a family for programs. Numbers are masked.
type shownFamily struct {
	ID       ident.ID              `json:"id"`
	At       string                `json:"at"`
	Known    string                `json:"known,omitempty"` // instant
	Area     string                `json:"area"`
	LocalKey string                `json:"local_key"`
	Status   string                `json:"status"`
	Head     string                `json:"head_name"`
	Address  string                `json:"address"`
	RT       string                `json:"rt"`
	RW       string                `json:"rw"`
	KK       string                `json:"kk_masked,omitempty"`
	Size     int                   `json:"size"`
	Version  int                   `json:"version"`
	Facts    []shownFact           `json:"facts"`
	Members  []shownMember         `json:"members"`
	History  []registry.ChangeStep `json:"history"`

	SuspendedSince *time.Time `json:"suspended_since,omitempty"` // absent: its data are processed
}

type shownMember struct {
	ID       ident.ID    `json:"id"`
	Name     string      `json:"name"`
	Born     string      `json:"born,omitempty"`
	Female   bool        `json:"female"`
	Relation string      `json:"relation"`
	NIK      string      `json:"nik_masked,omitempty"`
	Status   string      `json:"status"`
	Facts    []shownFact `json:"facts"`
}

type shownFact struct {
	Code       string `json:"code"`
	Value      string `json:"value"`
	Source     string `json:"source"`
	ObservedOn string `json:"observed_on"`
}

func showFamily(s *registry.Service, d *registry.Dossier, at registry.Moment) shownFamily {
	f := d.Family
	out := shownFamily{ID: f.ID, At: at.On.String(), Area: f.Area, LocalKey: f.LocalKey, Status: string(f.Status), Head: f.HeadName,
		Address: f.Address, RT: f.RT, RW: f.RW, KK: f.KKMasked, Size: f.Size, Version: f.Version, Members: []shownMember{}, History: d.Steps(),
		Facts: showFacts(s.Catalogue(), registry.Of(d.Standing(), ident.ID{}))}
	if !at.Known.IsZero() {
		out.Known = at.Known.Format("2006-01-02T15:04:05Z07:00")
	}
	for i := range d.Members {
		m := &d.Members[i]
		shown := shownMember{ID: m.ID, Name: m.Name, Female: m.Female, Relation: s.RelationCode(m.Relation), NIK: m.NIKMasked,
			Status: string(m.Status), Facts: showFacts(s.Catalogue(), registry.Of(d.Standing(), m.ID))}
		if m.Born != nil {
			shown.Born = m.Born.String()
		}
		out.Members = append(out.Members, shown)
	}
	return out
}

func showFacts(c *indicator.Catalogue, observations []registry.Observation) []shownFact {
	facts := []shownFact{}
	for _, d := range registry.FoldFacts(observations) {
		if i, ok := c.ByNo(d.No); ok {
			facts = append(facts, shownFact{i.Code, i.Text(d.Value), string(d.Source), d.ObservedOn.String()})
		}
	}
	return facts
}

func (e *env) printFamily(f shownFamily) {
	e.printf("%s\n", i18n.T(e.lang, "cli.family.head", "id", f.ID, "name", f.Head, "on", f.At, "area", f.Area, "status", i18n.T(e.lang, "registry.family_status."+f.Status)))
	if f.SuspendedSince != nil {
		e.printf("  %s\n", i18n.T(e.lang, "right.suspended_text", "since", i18n.Day(e.lang, civil.OfTime(*f.SuspendedSince))))
	}
	e.printf("  %s\n", spaced(f.KK, f.Address, f.RT, f.RW))
	e.printFacts("  ", f.Facts)
	for _, m := range f.Members {
		e.printf("- %s (%s)\n", m.Name, spaced(m.ID.String(), m.Relation, m.Born, m.NIK, i18n.T(e.lang, "registry.person_status."+m.Status)))
		e.printFacts("    ", m.Facts)
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.family.history"))
	for _, s := range f.History {
		e.printf("%3d  %s  %s\n", s.Version, s.EffectiveOn, spaced(i18n.T(e.lang, "registry.change."+string(s.Kind)), s.ApprovedBy, s.Evidence))
		for _, x := range s.Stopped {
			e.printStopped("     - ", x)
		}
	}
}

// spaced joins what there is of some texts.
func spaced(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), ", ")
}

// printStopped says what a change stopped, and what became of it.
func (e *env) printStopped(indent string, s registry.Stopped) {
	e.printf("%s%s\n", indent, s.In(e.lang))
}

func (e *env) printFacts(indent string, facts []shownFact) {
	for _, f := range facts {
		e.printf("%s%s: %s (%s, %s)\n", indent, f.Code, f.Value, i18n.T(e.lang, "registry.source."+f.Source), f.ObservedOn)
	}
}
