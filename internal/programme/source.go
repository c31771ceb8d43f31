package programme

import (
	"gotong/internal/civil"
	"gotong/internal/i18n"
)

// Source is what a rule or number rests on.
type Source struct {
	ID         string
	Title      i18n.Text // decree with article, or article with its publisher
	Published  string    // year, year-month or year-month-day
	Confidence Confidence
	Note       string
}

// PublishedIn writes when it was published, as exactly as is known: 2018,
// Jul 2021, 23 Des 2021.
func (s Source) PublishedIn(l i18n.Lang) string {
	if d, err := civil.Parse(s.Published); err == nil {
		return i18n.Day(l, d)
	}
	if d, err := civil.Parse(s.Published + "-01"); err == nil {
		return i18n.Day(l, d)[len("1 "):]
	}
	return s.Published
}
