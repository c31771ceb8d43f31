package conditionweb

import (
	"gotong/internal/condition"
	"gotong/internal/programme"
	"gotong/internal/web"
)

func statusTone(s condition.Status) web.Tone {
	switch s {
	case condition.Met:
		return web.Good
	case condition.Missed:
		return web.Bad
	case condition.Excused:
		return web.Info
	default:
		return web.Unknown
	}
}

func sanctionTone(s programme.Sanction) web.Tone {
	switch s {
	case programme.Warn:
		return web.Warn
	default:
		return web.Bad
	}
}

func effectTone(s condition.EffectStatus) web.Tone {
	switch s {
	case condition.Proposed:
		return web.Wait
	case condition.Standing:
		return web.Warn
	default:
		return web.Good
	}
}

func appealTone(s condition.AppealStatus) web.Tone {
	switch s {
	case condition.Filed:
		return web.Wait
	case condition.AppealUpheld:
		return web.Good
	default:
		return web.Quiet
	}
}
