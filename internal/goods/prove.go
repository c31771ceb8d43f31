package goods

import "context"

// The invariants, as Prove names them.
const (
	StockIsTheSum      = "stock_is_the_sum"     // every balance is the sum of its movements
	StockNotNegative   = "stock_not_negative"   //
	SerialInOnePlace   = "serial_in_one_place"  // in one depot, on one way, or with one person
	TransfersConserved = "transfers_conserved"  // what left arrived, is on its way or was written off by two
	ListsConserved     = "lists_conserved"      // what was allotted was handed over, returned or lies at the place
	HandedOnce         = "handed_once"          // every recipient of a list at most once, with all of their goods
	MealsProved        = "meals_proved"         // every delivery has a photo or two people's ticks
	FourEyes           = "four_eyes"            // every correction has two people
	StoresOpenedByLaw  = "stores_opened_by_law" // a Lumbung Sosial gave out only in an emergency
	OrdersNotExceeded  = "orders_not_exceeded"  // no more was accepted than ordered
)

// Invariants lists them in the order in which they are shown.
var Invariants = []string{StockIsTheSum, StockNotNegative, SerialInOnePlace, TransfersConserved, ListsConserved, HandedOnce, MealsProved, FourEyes, StoresOpenedByLaw, OrdersNotExceeded}

// Proof of the books of goods.
type BooksProof struct {
	Balanced   bool            `json:"balanced"`
	Invariants map[string]bool `json:"invariants"`
	Movements  int64           `json:"movements"`
	Handovers  int64           `json:"handovers"`
	Meals      int64           `json:"meals"`
	Problems   []string        `json:"problems,omitempty"`
}

// Broken is what was found against an invariant.
type Broken struct{ Invariant, What string }

// Prove recomputes every invariant from the entries, in the actor's areas.
func (s *Service) Prove(ctx context.Context) (BooksProof, error) {
	p := BooksProof{Balanced: true, Invariants: map[string]bool{}}
	for _, name := range Invariants {
		p.Invariants[name] = true
	}
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		if p.Movements, p.Handovers, p.Meals, err = s.Store.Counts(ctx); err != nil {
			return err
		}
		broken, err := s.Store.Prove(ctx)
		for _, b := range broken {
			p.Balanced, p.Invariants[b.Invariant] = false, false
			p.Problems = append(p.Problems, b.Invariant+": "+b.What)
		}
		return err
	})
	return p, err
}
