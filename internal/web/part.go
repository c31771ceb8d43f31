package web

import (
	"time"

	"github.com/a-h/templ"
)

// Stat is a large figure with what it counts.
type Stat struct {
	Label string
	Value string // formatted
	Note  string // beside it, such as a share; may be empty
	Href  string // the list behind the figure; may be empty
}

// Pair is a term and what it is, in a list of definitions.
type Pair struct {
	Term  string
	Value string
	Note  string          // source and day; may be empty
	Show  templ.Component // instead of Value; may be nil
}

// Event is one step in a timeline.
type Event struct {
	At    string // formatted
	Title string
	Text  string // may be empty
	Tone  Tone
	Href  string
}

// Step is one stage of a path with its state.
type Step struct {
	Label string
	State StepState
	Note  string // who or when; may be empty
}

// StepState says where a stage stands.
type StepState uint8

// The states of a stage.
const (
	Ahead StepState = iota
	Current
	Passed
	Stopped
)

func (s StepState) class() string {
	return [...]string{"step-ahead", "step-current", "step-passed", "step-stopped"}[s]
}

func (s StepState) key() string {
	return [...]string{"web.step.ahead", "web.step.current", "web.step.passed", "web.step.stopped"}[s]
}

func (s StepState) icon() string {
	return [...]string{"quiet", "wait", "good", "bad"}[s]
}

// Tab is a link to a sister page.
type Tab struct {
	Label   string
	Href    string
	Count   *int64 // beside the label; nil shows none
	Current bool
}

// Confirmation asks once more before an act that matters, and shows what it
// will do.
type Confirmation struct {
	Base
	Lead   string
	Action string // where the form is sent by POST
	Submit string // on the button, as a verb: "Tetapkan 1.204 keluarga"
	Danger bool   // cannot be taken back
	Cancel string // path to go back to
	Hidden []Pair // Term and Value are sent with the form
}

// Progress is a run as it goes on.
type Progress struct {
	ID     string // of the part of the page, unique on it
	Title  string
	State  string // in words
	Tone   Tone
	Live   bool   // goes on: ask again
	Poll   string // path of the page that shows it
	Done   int64
	Total  int64         // 0 is not known
	Unit   string        // what is counted, in the plural: "keluarga"
	Rate   float64       // a second; 0 is not known
	Left   time.Duration // 0 is not known
	Counts []Stat        // by outcome
	Cancel string        // path that stops it, by POST; "" cannot be stopped
}
