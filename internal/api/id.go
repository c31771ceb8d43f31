package api

import (
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// ID reads the id of a thing, as a path or a body names it. What is no id names
// nothing: fault.NotFound, with the key of what is missing.
func ID(text, missing string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return id, fault.NotFound(missing).Because(err)
	}
	return id, nil
}
