package goods

import (
	"errors"
	"fmt"
	"io/fs"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/policyfile"
)

// Rules are the numbers in force from a day on; policy/goods.yaml says what
// each means.
type Rules struct {
	From   civil.Date `yaml:"from"`
	Source i18n.Text  `yaml:"source"`
	Stock  struct {
		Expiry  int       `yaml:"expiry_days"`
		Report  int       `yaml:"report_days"`
		Minimum []Minimum `yaml:"minimum"`
	} `yaml:"stock"`
	Proof struct {
		Bytes  int `yaml:"bytes"`
		Pixels int `yaml:"pixels"`
	} `yaml:"proof"`
	Meals struct {
		Programme string `yaml:"programme"`
		Absences  int    `yaml:"absences"`
		Advance   int    `yaml:"advance_days"`
		Report    int    `yaml:"report_day"`
		Complaint int    `yaml:"complaint_days"`
		Earliest  int    `yaml:"earliest_hour"`
		AtOnce    int    `yaml:"at_once"`
	} `yaml:"meals"`
	Shops struct {
		Price   int64               `yaml:"price_percent"`
		Every   int                 `yaml:"every_days"`
		Basket  []string            `yaml:"basket"`
		Allowed i18n.Text           `yaml:"allowed"`
		Due     map[FindingCode]int `yaml:"due"`
	} `yaml:"shops"`
}

// Minimum is the least stock of an item that depots of a kind keep.
type Minimum struct {
	Depot    DepotKind `yaml:"depot"`
	Item     string    `yaml:"item"`
	Quantity int64     `yaml:"quantity"`
}

// Policy is the rules in order of their days.
type Policy []Rules

// LoadPolicy reads goods.yaml out of a folder.
func LoadPolicy(files fs.FS) (Policy, error) {
	return policyfile.Read(files, "goods.yaml", "goods", Rules.wrong)
}

// wrong tells which numbers are missing or cannot be meant.
func (r Rules) wrong() error {
	for _, m := range r.Stock.Minimum {
		if !m.Depot.valid() || m.Item == "" || m.Quantity <= 0 {
			return errors.New("stock: minimum: depot, item, quantity")
		}
	}
	for _, c := range FindingCodes {
		if r.Shops.Due[c] <= 0 {
			return fmt.Errorf("shops: due: %s must be 1 or more", c)
		}
	}
	m := r.Meals
	switch {
	case r.Stock.Expiry < 1 || r.Stock.Report < 1:
		return errors.New("stock: every number must be 1 or more")
	case r.Proof.Bytes < 1 || r.Proof.Pixels < 1:
		return errors.New("proof: bytes and pixels must be 1 or more")
	case m.Programme == "" || m.Absences < 1 || m.Advance < 1 || m.Report < 1 || m.Report > 28 || m.Complaint < 1 ||
		m.Earliest < 0 || m.Earliest > 23 || m.AtOnce < 2:
		return errors.New("meals: a programme, a day of report up to 28, an hour up to 23, and numbers of 1 or more")
	case r.Shops.Price < 1 || r.Shops.Every < 1 || len(r.Shops.Basket) == 0 || !r.Shops.Allowed.Complete() || len(r.Shops.Due) != len(FindingCodes):
		return errors.New("shops: price, every, basket, allowed, and one due for each finding")
	case !r.Source.Complete():
		return errors.New("no source")
	}
	return nil
}

// Begins returns the first day of the rules.
func (r Rules) Begins() civil.Date { return r.From }

// On returns the rules in force on a day.
func (p Policy) On(d civil.Date) (Rules, error) {
	in, begun := civil.InForce(p, d)
	if !begun {
		return Rules{}, fault.Unavailable("goods.no_policy", "day", d)
	}
	return in, nil
}

// minimum is what a depot of a kind keeps of an item at least; 0 is nothing.
func (r Rules) minimum(k DepotKind, item string) int64 {
	for _, m := range r.Stock.Minimum {
		if m.Depot == k && m.Item == item {
			return m.Quantity
		}
	}
	return 0
}
