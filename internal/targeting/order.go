package targeting

import (
	"bytes"
	"cmp"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/rule"
)

// OrderBy says by what families stand in a ranking.
type OrderBy string

// The orders. In a village without a meeting's ranking all are ByScore.
const (
	ByScore     OrderBy = "score"     // of the model
	ByCommunity OrderBy = "community" // of the village's meeting
	ByHybrid    OrderBy = "hybrid"    // of both, by their weights
)

// Orders lists the orders.
var Orders = []OrderBy{ByScore, ByCommunity, ByHybrid}

// Order is the policy that says by what deciles, and so determinations, go.
// The zero Order goes by the score and looks at no meeting.
type Order struct {
	From      civil.Date
	By        OrderBy
	Score     int64 // weight of the place by score in the hybrid
	Community int64 // weight of the meeting's place
	Months    int64 // for how long a meeting's ranking counts
	Least     int64 // a meeting that ranked fewer families does not count
	Source    i18n.Text
}

// Begins returns the first day on which the order holds.
func (o Order) Begins() civil.Date { return o.From }

// OrderBook is the dated policy of orders, in the order of their first days.
type OrderBook struct {
	all  []Order
	text []byte
}

// orderFile is the policy's file.
const orderFile = "order.yaml"

// LoadOrders reads order.yaml of the last file system that has one.
func LoadOrders(systems ...fs.FS) (OrderBook, error) {
	text, err := readAll(orderFile, systems)
	if err != nil {
		return OrderBook{}, err
	}
	if text[orderFile] == nil {
		return OrderBook{}, fault.NotFound("targeting.no_orders")
	}
	book, problems := ParseOrders(orderFile, text[orderFile])
	if len(problems) > 0 {
		return OrderBook{}, problems
	}
	return book, nil
}

// ParseOrders reads the policy of orders.
func ParseOrders(file string, text []byte) (OrderBook, rule.Problems) {
	var problems rule.Problems
	r := reader{file, &problems}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return OrderBook{}, rule.Problems{fault.Invalid("targeting.load.not_yaml", "at", file, "file", file).Because(err)}
	}
	b := OrderBook{text: bytes.Clone(text)}
	r.fields(doc.Content[0], map[string]func(*yaml.Node){"orders!": func(n *yaml.Node) {
		r.each(n, func(n *yaml.Node) { b.read(r, n) })
	}})
	if len(problems) > 0 {
		return OrderBook{}, problems
	}
	slices.SortStableFunc(b.all, func(x, y Order) int { return cmp.Compare(x.From, y.From) })
	return b, nil
}

// maxWeight keeps the sums of a hybrid within 64 bits.
const maxWeight = 1_000

func (b *OrderBook) read(r reader, n *yaml.Node) {
	var o Order
	var by string
	r.fields(n, map[string]func(*yaml.Node){
		"from!": r.day(&o.From), "by!": r.text(&by), "source!": r.cited(&o.Source),
		"hybrid!": func(n *yaml.Node) {
			r.fields(n, map[string]func(*yaml.Node){"score!": r.number(&o.Score, maxWeight), "community!": r.number(&o.Community, maxWeight)})
		},
		"meeting!": func(n *yaml.Node) {
			r.fields(n, map[string]func(*yaml.Node){"months!": r.number(&o.Months, maxValue), "families!": r.number(&o.Least, maxValue)})
		},
	})
	o.By = OrderBy(by)
	switch {
	case !slices.Contains(Orders, o.By):
		r.bad(n, "order_by", "value", by)
	case o.Score < 0 || o.Community < 0 || o.Score+o.Community == 0:
		r.bad(n, "order_weights")
	case o.Months <= 0 || o.Least < 2:
		r.bad(n, "order_meeting")
	case slices.ContainsFunc(b.all, func(x Order) bool { return x.From == o.From }):
		r.bad(n, "order_twice", "date", o.From)
	}
	b.all = append(b.all, o)
}

// All returns the orders, the one that came into force first first.
func (b OrderBook) All() []Order { return slices.Clone(b.all) }

// On returns the order in force on a day, or fault.NotFound.
func (b OrderBook) On(day civil.Date) (Order, error) {
	o, begun := civil.InForce(b.all, day)
	if !begun {
		return Order{}, fault.NotFound("targeting.no_order", "date", day)
	}
	return o, nil
}

// OrderUse is what a ranking's manifest says of the order that it went by:
// with the meetings' file it is all that placing families anew depends on.
type OrderUse struct {
	By        OrderBy `json:"by"`
	Score     int64   `json:"score_weight"`
	Community int64   `json:"community_weight"`
	Meetings  int64   `json:"meetings"` // villages with a ranking in force
	Families  int64   `json:"families"` // placed by both score and meeting
	Digest    string  `json:"digest"`   // of the meetings' file; empty where there is none
}
