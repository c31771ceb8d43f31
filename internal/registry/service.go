package registry

import (
	"gotong/internal/audit"
	"gotong/internal/clock"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/seal"
	"gotong/internal/work"
)

// Service orders the steps of every act on the register: it checks the
// permission, has the look or change recorded in the audit log, and only
// then lets data out.
type Service struct {
	unit      work.Unit
	store     Store
	log       *audit.Log
	keys      *seal.Keyring
	ids       *ident.Maker
	clock     clock.Clock
	catalogue *indicator.Catalogue
	atlas     *region.Atlas
	spill     string
	rules     Rules
	depend    Dependants
	owed      Obligations
	traces    Traces
	askers    Askers
	relation  *indicator.Indicator
	sex       *indicator.Indicator
}

// Deps is what a Service is made of.
type Deps struct {
	Unit      work.Unit
	Store     Store
	Log       *audit.Log
	Keys      *seal.Keyring
	IDs       *ident.Maker
	Clock     clock.Clock
	Catalogue *indicator.Catalogue // with the person-level choices relation and sex
	Atlas     *region.Atlas
	// Spill is the folder for what an import cannot hold in memory, which
	// lies there encrypted; "" is the system's.
	Spill string
	Rules Rules // of changes and retention
}

// NewService returns a Service. It panics when the catalogue lacks the two
// indicators that the core data of a person are typed by.
func NewService(d Deps) *Service {
	s := &Service{unit: d.Unit, store: d.Store, log: d.Log, keys: d.Keys, ids: d.IDs, clock: d.Clock,
		catalogue: d.Catalogue, atlas: d.Atlas, spill: d.Spill,
		rules: d.Rules, depend: nobody{}, owed: nothing{}, traces: noTraces{}, askers: noAskers{}}
	for code, into := range map[string]**indicator.Indicator{"relation": &s.relation, "sex": &s.sex} {
		i, ok := d.Catalogue.Lookup(indicator.Person, code)
		if !ok || i.Kind != indicator.Choice {
			panic("registry: the catalogue has no choice " + code + " of a person")
		}
		*into = i
	}
	return s
}

// Bind tells the register what hangs on it, once that is there: it is called
// before anything is served.
func (s *Service) Bind(d Dependants, o Obligations) { s.depend, s.owed = d, o }

// Catalogue returns the catalogue that the register's facts are typed by.
func (s *Service) Catalogue() *indicator.Catalogue { return s.catalogue }

// Atlas returns the regions that the register's areas are codes of.
func (s *Service) Atlas() *region.Atlas { return s.atlas }

// RelationCode returns the code of a relation's option number, or "" for one
// that the catalogue no longer has.
func (s *Service) RelationCode(no int64) string {
	o, _ := s.relation.Option(no)
	return o.Code
}
