package determination

import (
	"fmt"
	"slices"
	"strings"

	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
)

// Text writes an explanation for a terminal or a plain letter.
func (e *Explanation) Text(l i18n.Lang) string {
	var b strings.Builder
	p := e.Programme
	fmt.Fprintf(&b, "%s (%s)\n", p.Name.In(l), i18n.Day(l, e.AsOf))
	if e.Preview {
		fmt.Fprintf(&b, "%s\n", e.PreviewSentence(l))
	}
	fmt.Fprintf(&b, "%s\n", i18n.T(l, "determination.text.source", "source", p.Source.Title.In(l), "published", p.Source.PublishedIn(l)))
	for i := range e.Subjects {
		e.Subjects[i].text(&b, l)
	}
	return b.String()
}

func (r *Reasons) text(b *strings.Builder, l i18n.Lang) {
	b.WriteByte('\n')
	if r.Name != "" {
		fmt.Fprintf(b, "%s: ", r.Name)
	}
	fmt.Fprintf(b, "%s\n", i18n.T(l, r.OutcomeKey()))
	for _, i := range r.Items {
		if s := i.Sentence.In(l); s != "" {
			fmt.Fprintf(b, "  %s %s\n", i.Mark(), s)
		}
		if i.Holds != rule.Yes {
			i.text(b, l)
		}
	}
	for _, s := range r.Notes(l) {
		fmt.Fprintf(b, "  %s\n", s)
	}
	for _, x := range r.Lines {
		fmt.Fprintf(b, "  %s: %s\n", x.Title(l), x.Annual)
	}
	for _, f := range r.Collect {
		fmt.Fprintf(b, "  ? %s\n", f.Title(l))
	}
}

// PreviewSentence says that this is a preview, and when there will be more.
func (e *Explanation) PreviewSentence(l i18n.Lang) string {
	return i18n.T(l, "determination.preview.lead", "date", i18n.Day(l, e.Determination.AsOf), "today", i18n.Day(l, e.AsOf))
}

// OutcomeKey is the message that names the outcome: what a preview says is no
// decision.
func (r *Reasons) OutcomeKey() string {
	if r.Preview {
		return "determination.preview." + r.Outcome.String()
	}
	return "determination.outcome." + r.Outcome.String()
}

// text writes what an item that stands in the way rests on.
func (i *Item) text(b *strings.Builder, l i18n.Lang) {
	for _, f := range i.Facts {
		if f.Known {
			fmt.Fprintf(b, "      %s: %s (%s)\n", f.Title(l), f.Indicator.Format(f.Value, l), f.Source(l))
		}
	}
	for _, p := range i.Params {
		fmt.Fprintf(b, "      %s: %s (%s, %s)\n", p.Label.In(l), FormatParam(l, p), p.Source.Title.In(l), p.Source.PublishedIn(l))
	}
}

// Mark returns a sign for whether an item lets the subject through.
func (i *Item) Mark() string {
	return map[rule.Truth]string{rule.Yes: "+", rule.No: "-", rule.Unknown: "?"}[i.Holds]
}

// Against lists the sentences that a letter gives: what does not hold or is
// not known, and the notes.
func (r *Reasons) Against(l i18n.Lang) []string {
	var all []string
	for _, i := range r.Items {
		if i.Holds != rule.Yes && i.Sentence.In(l) != "" {
			all = append(all, i.Sentence.In(l))
		}
	}
	return append(all, r.Notes(l)...)
}

// Notes are the sentences that stand beside the items: of the queue, of lines
// that may change, and of what would have changed the outcome.
func (r *Reasons) Notes(l i18n.Lang) []string {
	var all []string
	say := func(key string, args ...any) { all = append(all, i18n.T(l, "determination.text."+key, args...)) }
	switch {
	case r.Queue > 0 && r.Outcome == Waitlisted:
		say("waiting", "place", r.Queue, "limit", r.Limit)
	case r.Nothing:
		say("nothing")
	}
	if r.Uncertain && r.Outcome == Entitled {
		say("uncertain")
	}
	if r.Limited && r.Outcome == Entitled {
		say("quota_later")
	}
	for _, a := range r.Advice {
		all = append(all, a.Sentence(l))
	}
	if c := r.Counterfactual; c != nil && len(r.Advice) == 0 {
		key := "at_least"
		if c.AtMost() {
			key = "at_most"
		}
		name := c.Indicator.Name.In(l)
		if r.Whose != "" {
			name += " " + r.Whose
		}
		say(key, "name", name, "value", c.Indicator.Format(c.Value, l))
	}
	return all
}

// Title names the fact, with the person's name where it is one's.
func (f *Fact) Title(l i18n.Lang) string {
	if f.Name == "" {
		return f.Indicator.Name.In(l)
	}
	return f.Indicator.Name.In(l) + " — " + f.Name
}

// Source says where the fact comes from and from when.
func (f *Fact) Source(l i18n.Lang) string {
	if f.Origin == "" {
		return i18n.T(l, "determination.origin.none")
	}
	s := i18n.T(l, "determination.origin."+f.Origin)
	if f.ObservedOn != nil {
		s += ", " + i18n.Day(l, *f.ObservedOn)
	}
	return s
}

// Title names the line, with the person's name where it is one's.
func (x *ExplainedLine) Title(l i18n.Lang) string {
	if x.Name == "" {
		return x.Benefit.Name.In(l)
	}
	return x.Benefit.Name.In(l) + " — " + x.Name
}

// FormatParam writes a threshold for people.
func FormatParam(l i18n.Lang, p programme.Param) string {
	if p.Kind == rule.Option {
		names := slices.Clone(p.Texts)
		for k, o := range p.Options {
			names[k] = o.In(l)
		}
		return strings.Join(names, ", ")
	}
	i := indicator.Indicator{Kind: indicator.Int, Unit: p.Unit, Decimals: p.Decimals}
	switch {
	case p.Money:
		i.Kind = indicator.Money
	case p.Kind == rule.Bool:
		i.Kind = indicator.Bool
	case p.Kind == rule.Date:
		i.Kind = indicator.Date
	}
	return i.Format(p.Value, l)
}
