package insight

import (
	"errors"
	"io/fs"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/money"
	"gotong/internal/policyfile"
)

// Disclosure is what may be published of small groups.
type Disclosure struct {
	From   civil.Date   `yaml:"from"`
	Below  int64        `yaml:"below"`  // counts below are hidden
	Round  int64        `yaml:"round"`  // counts are rounded to multiples of this
	Rupiah money.Rupiah `yaml:"rupiah"` // amounts are rounded to multiples of this
	Source i18n.Text    `yaml:"source"`
}

// Disclosures are the rules in order of their days.
type Disclosures []Disclosure

// LoadDisclosures reads statistics.yaml out of a folder.
func LoadDisclosures(files fs.FS) (Disclosures, error) {
	return policyfile.Read(files, "statistics.yaml", "disclosure", Disclosure.wrong)
}

func (d Disclosure) wrong() error {
	switch {
	case d.Below < 2 || d.Round < 2 || (d.Below+d.Round/2)%d.Round != 0:
		return errors.New("below and round must be 2 or more, and below half a step past a multiple of round")
	case d.Rupiah < 1:
		return errors.New("rupiah must be 1 or more")
	case !d.Source.Complete():
		return errors.New("no source")
	}
	return nil
}

// Begins returns the first day of the rule.
func (d Disclosure) Begins() civil.Date { return d.From }

// On returns the rule in force on a day.
func (all Disclosures) On(d civil.Date) (Disclosure, error) {
	in, begun := civil.InForce(all, d)
	if !begun {
		return Disclosure{}, fault.Unavailable("insight.no_disclosure")
	}
	return in, nil
}

// Published is a count as it may be published.
type Published struct {
	Hidden bool  // there are fewer than the rule allows to say, or none
	Count  int64 // rounded; 0 when hidden
}

// Count returns a count as it may be published.
func (d Disclosure) Count(n int64) Published {
	if n < d.Below {
		return Published{Hidden: true}
	}
	return Published{Count: nearest(n, d.Round)}
}

// PublishedAmount is an amount as it may be published.
type PublishedAmount struct {
	Hidden bool
	Amount money.Rupiah
}

// Amount returns an amount that stands for n cases as it may be published.
func (d Disclosure) Amount(a money.Rupiah, n int64) PublishedAmount {
	if n < d.Below {
		return PublishedAmount{Hidden: true}
	}
	return PublishedAmount{Amount: money.Rupiah(nearest(int64(a), int64(d.Rupiah)))}
}

// nearest rounds n, which is not negative, to a multiple of step; a half goes up.
func nearest(n, step int64) int64 { return (n + step/2) / step * step }
