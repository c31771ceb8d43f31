package rule

import (
	"fmt"
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"gotong/internal/civil"
	"gotong/internal/indicator"
)

// Param is a named value of a programme. Exactly one of Value and Texts is
// meant: Texts by an Option, Value by every other kind.
type Param struct {
	Name  string
	Kind  Kind
	Value int64    // number, rupiah, day, or 0 and 1
	Texts []string // option codes; more than one only where List
	List  bool     // a list of options, to be used with in
	Money bool     // a number that is rupiah

	Unit     string // of a number, as an indicator's
	Decimals int    // of a number: it is multiplied by 10^Decimals, as an indicator's
}

// Env is what the expressions of one programme may mention: the catalogue
// and the programme's parameters. It is immutable and safe for concurrent
// use.
type Env struct {
	catalogue *indicator.Catalogue
	params    map[string]Param
	names     []string // of the parameters, sorted
	provider  *provider
	checkers  map[Subject]*cel.Env

	// until is the last day on which the rules are to be asked, nil for ever;
	// dated is whether it is known at all.
	until *civil.Date
	dated bool
}

// Until says on which day the rules are asked for the last time, nil for
// never: they may not name a fact that is retired by then.
func (e *Env) Until(last *civil.Date) *Env {
	dated := *e
	dated.until, dated.dated = last, true
	return &dated
}

// retired reports whether a fact is no longer asked for while the rules are.
func (e *Env) retired(i *indicator.Indicator) bool {
	return e.dated && i.Retired != 0 && (e.until == nil || *e.until >= i.Retired)
}

// NewEnv returns the environment of a catalogue and parameters.
func NewEnv(c *indicator.Catalogue, params []Param) (*Env, error) {
	e := &Env{catalogue: c, params: map[string]Param{}, checkers: map[Subject]*cel.Env{}}
	for _, p := range params {
		if _, twice := e.params[p.Name]; twice {
			return nil, fmt.Errorf("rule: parameter %q given twice", p.Name)
		}
		e.params[p.Name] = p
		e.names = append(e.names, p.Name)
	}
	slices.Sort(e.names)
	e.provider = newProvider(e)
	for _, s := range []Subject{Family, Person, Member} {
		checker, err := e.checker(s)
		if err != nil {
			return nil, fmt.Errorf("rule: preparing checker: %w", err)
		}
		e.checkers[s] = checker
	}
	return e, nil
}

func (e *Env) checker(s Subject) (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.StdLib(),
		cel.ClearMacros(),
		cel.Macros(macros...),
		cel.CustomTypeAdapter(e.provider),
		cel.CustomTypeProvider(e.provider),
		cel.HomogeneousAggregateLiterals(),
		cel.Variable("family", familyType),
		cel.Variable("members", cel.ListType(personType)),
		cel.Variable("params", paramsType),
	}
	options = append(options, functions...)
	if s.EachMember() {
		options = append(options, cel.Variable(s.variable, personType))
	}
	return cel.NewCustomEnv(options...)
}

// kindOf returns the kind of an indicator's values.
func kindOf(i *indicator.Indicator) Kind {
	switch i.Kind {
	case indicator.Bool:
		return Bool
	case indicator.Date:
		return Date
	case indicator.Choice:
		return Option
	default:
		return Number
	}
}

func celType(k Kind) *types.Type {
	switch k {
	case Bool:
		return types.BoolType
	case Date:
		return dateType
	case Option:
		return types.StringType
	default:
		return types.IntType
	}
}

func (p Param) celType() *types.Type {
	if p.List {
		return types.NewListType(types.StringType)
	}
	return celType(p.Kind)
}

func (p Param) celValue() ref.Val {
	switch {
	case p.List:
		return types.NewStringList(types.DefaultTypeAdapter, p.Texts)
	case p.Kind == Option:
		return types.String(p.Texts[0])
	case p.Kind == Bool:
		return types.Bool(p.Value != 0)
	case p.Kind == Date:
		return day(p.Value)
	default:
		return types.Int(p.Value)
	}
}

// indicator returns a parameter as an indicator, which knows how to write
// its value for people.
func (p Param) indicator() *indicator.Indicator {
	kind := indicator.Int
	switch {
	case p.Money:
		kind = indicator.Money
	case p.Kind == Bool:
		kind = indicator.Bool
	case p.Kind == Date:
		kind = indicator.Date
	}
	return &indicator.Indicator{Code: p.Name, Kind: kind, Unit: p.Unit, Decimals: p.Decimals}
}
