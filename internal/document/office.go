package document

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

// Office is who issues papers, as the head of each paper names it.
type Office struct {
	Above   string    `yaml:"above" json:"above"` // the government that it belongs to
	Name    string    `yaml:"name" json:"name"`
	Address string    `yaml:"address" json:"address"`
	Contact string    `yaml:"contact" json:"contact"`
	Place   string    `yaml:"place" json:"place"` // where papers are signed
	Head    Signatory `yaml:"-" json:"head"`
}

// Pace is so many questions at once, and so many more each minute.
type Pace struct {
	AtOnce    int `yaml:"at_once"`
	PerMinute int `yaml:"per_minute"`
}

// Rule is how an office writes its papers from a day on.
type Rule struct {
	From   civil.Date `yaml:"from"`
	Office struct {
		Office `yaml:",inline"`
		Head   struct {
			Title  i18n.Text `yaml:"title"`
			Name   string    `yaml:"name"`
			Number string    `yaml:"number"`
		} `yaml:"head"`
	} `yaml:"office"`
	URL    string          `yaml:"url"` // where this office's pages are reached; "" while they are not public
	Unit   string          `yaml:"unit"`
	Number string          `yaml:"number"` // pattern: {code} {seq} {unit} {month} {roman_month} {year}
	Digits int             `yaml:"digits"` // of {seq}, padded with noughts
	Codes  map[Kind]string `yaml:"codes"`
	// MostRows is the longest list that one paper holds; a longer one is
	// issued area by area.
	MostRows int `yaml:"most_rows"`
	Check    struct {
		Client Pace `yaml:"client"` // from one address
		All    Pace `yaml:"all"`    // from everybody together
	} `yaml:"check"`
	Source i18n.Text `yaml:"source"`
}

// Rules are the rules in order of their days.
type Rules []Rule

// westernTime is how far Indonesia's west is ahead of UTC.
const westernTime = 7 * time.Hour

const rulesFile = "document.yaml"

// LoadRules reads document.yaml of a policy folder.
func LoadRules(files fs.FS) (Rules, error) {
	text, err := fs.ReadFile(files, rulesFile)
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	var file struct {
		Rules Rules `yaml:"documents"`
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, fault.Invalid("document.rules", "file", rulesFile, "no", 1).Because(err)
	}
	if len(file.Rules) == 0 {
		return nil, fault.Invalid("document.rules", "file", rulesFile, "no", 1)
	}
	for i := range file.Rules {
		if !file.Rules[i].sound() || i > 0 && file.Rules[i].From <= file.Rules[i-1].From {
			return nil, fault.Invalid("document.rules", "file", rulesFile, "no", i+1)
		}
	}
	return file.Rules, nil
}

func (r *Rule) sound() bool {
	some := func(p Pace) bool { return p.AtOnce > 0 && p.PerMinute > 0 }
	for _, k := range Kinds {
		if r.Codes[k] == "" {
			return false
		}
	}
	// A number is told apart by these three alone.
	for _, place := range []string{"{code}", "{seq}", "{year}"} {
		if !strings.Contains(r.Number, place) {
			return false
		}
	}
	return r.Office.Name != "" && r.Office.Place != "" && r.Office.Head.Title.Complete() && r.Unit != "" && r.Digits >= 1 && r.Digits <= 9 &&
		r.MostRows > 0 && some(r.Check.Client) && some(r.Check.All) && r.Source.Complete()
}

// Begins returns the first day of the rule.
func (r Rule) Begins() civil.Date { return r.From }

// On returns the rule in force on a day, or fault.NotFound.
func (all Rules) On(day civil.Date) (*Rule, error) {
	in, begun := civil.InForce(all, day)
	if !begun {
		return nil, fault.NotFound("document.no_rule", "date", day)
	}
	return &in, nil
}

// OfficeIn returns the office as papers in a language name it.
func (r *Rule) OfficeIn(l i18n.Lang) Office {
	o := r.Office.Office
	o.Head = Signatory{Place: o.Place, Role: r.Office.Head.Title.In(l), Name: r.Office.Head.Name, Number: r.Office.Head.Number}
	return o
}

// Series is what numbers are counted in.
type Series struct {
	Code string // of the kind; a translation's has a series of its own
	Unit string
	Year int
}

// SeriesOf returns the series of a paper issued on a day.
func (r *Rule) SeriesOf(k Kind, l i18n.Lang, day civil.Date) Series {
	code := r.Codes[k]
	if l != i18n.ID {
		code += "." + strings.ToUpper(string(l))
	}
	year, _, _ := day.YMD()
	return Series{Code: code, Unit: r.Unit, Year: year}
}

var romanMonths = [...]string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"}

// NumberOf writes a number of a series.
func (r *Rule) NumberOf(s Series, seq int64, month time.Month) string {
	return i18n.Fill(r.Number, "code", s.Code, "seq", fmt.Sprintf("%0*d", r.Digits, seq), "unit", s.Unit,
		"month", fmt.Sprintf("%02d", int(month)), "roman_month", romanMonths[month-1], "year", s.Year)
}
