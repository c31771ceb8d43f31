package goods

import (
	"bytes"
	"fmt"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
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
	const name = "goods.yaml"
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("goods: %w", err)
	}
	var file struct {
		Goods Policy `yaml:"goods"`
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, fault.Invalid("goods.bad_policy", "file", name, "no", 0).Because(err)
	}
	for i, r := range file.Goods {
		if !r.sound() || i > 0 && r.From <= file.Goods[i-1].From {
			return nil, fault.Invalid("goods.bad_policy", "file", name, "no", i+1)
		}
	}
	return file.Goods, nil
}

// sound reports whether every number is there and can be meant.
func (r Rules) sound() bool {
	for _, m := range r.Stock.Minimum {
		if !m.Depot.valid() || m.Item == "" || m.Quantity <= 0 {
			return false
		}
	}
	for _, c := range FindingCodes {
		if r.Shops.Due[c] <= 0 {
			return false
		}
	}
	m := r.Meals
	return r.Source.Complete() && r.Stock.Expiry > 0 && r.Stock.Report > 0 && r.Proof.Bytes > 0 && r.Proof.Pixels > 0 &&
		m.Programme != "" && m.Absences > 0 && m.Advance > 0 && m.Report > 0 && m.Report <= 28 && m.Complaint > 0 && m.Earliest >= 0 && m.Earliest < 24 && m.AtOnce > 1 &&
		r.Shops.Price > 0 && r.Shops.Every > 0 && len(r.Shops.Basket) > 0 && r.Shops.Allowed.Complete() && len(r.Shops.Due) == len(FindingCodes)
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
