package rule

import (
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"gotong/internal/indicator"
)

// The object types that the checker knows. Their fields are the catalogue's
// codes and the parameters' names.
var (
	familyType = cel.ObjectType("gotong.Family")
	personType = cel.ObjectType("gotong.Person")
	paramsType = cel.ObjectType("gotong.Params")
	dateType   = types.NewObjectType("gotong.Date", traits.ComparerType)
)

// provider tells cel-go which fields the object types have and how to read
// them from a row.
type provider struct {
	*types.Registry
	fields map[string]map[string]*types.FieldType // by type and field name
}

func newProvider(e *Env) *provider {
	family, person, params := map[string]*types.FieldType{}, map[string]*types.FieldType{}, map[string]*types.FieldType{}
	for _, i := range e.catalogue.All() {
		of := family
		if i.Level == indicator.Person {
			of = person
		}
		of[i.Code] = field(celType(kindOf(i)), func(r *row) ref.Val { return r.fact(i) })
	}
	for name, p := range e.params {
		params[name] = field(p.celType(), func(*row) ref.Val { return p.celValue() })
	}
	return &provider{Registry: types.NewEmptyRegistry(), fields: map[string]map[string]*types.FieldType{
		familyType.TypeName(): family,
		personType.TypeName(): person,
		paramsType.TypeName(): params,
		dateType.TypeName():   {},
	}}
}

func field(t *types.Type, read func(*row) ref.Val) *types.FieldType {
	return &types.FieldType{
		Type:    t,
		IsSet:   func(any) bool { return true },
		GetFrom: func(target any) (any, error) { return read(target.(*row)), nil },
	}
}

// FindStructType implements types.Provider.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.fields[name]; ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldNames implements types.Provider.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	fields, ok := p.fields[name]
	if !ok {
		return nil, false
	}
	names := make([]string, 0, len(fields))
	for n := range fields {
		names = append(names, n)
	}
	slices.Sort(names)
	return names, true
}

// FindStructFieldType implements types.Provider.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	f, ok := p.fields[name][field]
	return f, ok
}
