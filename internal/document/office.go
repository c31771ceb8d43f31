package document

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/policyfile"
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

// LoadRules reads document.yaml of a policy folder.
func LoadRules(files fs.FS) (Rules, error) {
	return policyfile.Read(files, "document.yaml", "documents", Rule.wrong)
}

func (r Rule) wrong() error {
	some := func(p Pace) bool { return p.AtOnce > 0 && p.PerMinute > 0 }
	for _, k := range Kinds {
		if r.Codes[k] == "" {
			return fmt.Errorf("codes: %s has none", k)
		}
	}
	// A number is told apart by these three alone.
	for _, place := range []string{"{code}", "{seq}", "{year}"} {
		if !strings.Contains(r.Number, place) {
			return fmt.Errorf("number lacks %s", place)
		}
	}
	switch {
	case r.Office.Name == "" || r.Office.Place == "" || !r.Office.Head.Title.Complete() || r.Unit == "":
		return errors.New("office: name, place, the head's title, and unit")
	case r.Digits < 1 || r.Digits > 9:
		return errors.New("digits must be 1 to 9")
	case r.MostRows < 1 || !some(r.Check.Client) || !some(r.Check.All):
		return errors.New("most_rows and the paces of check must be 1 or more")
	case !r.Source.Complete():
		return errors.New("no source")
	}
	return nil
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
