package registryweb

import (
	"gotong/internal/registry"
	"gotong/internal/web"
)

func familyTone(s registry.FamilyStatus) web.Tone {
	switch s {
	case registry.FamilyActive:
		return web.Good
	case registry.FamilyDormant, registry.FamilySuspended:
		return web.Wait
	case registry.FamilyDuplicate:
		return web.Warn
	default:
		return web.Quiet
	}
}

func personTone(s registry.PersonStatus) web.Tone {
	switch s {
	case registry.PersonActive:
		return web.Good
	case registry.PersonDuplicate, registry.PersonNotFound:
		return web.Warn
	default:
		return web.Quiet
	}
}
