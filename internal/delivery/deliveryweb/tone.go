package deliveryweb

import (
	"gotong/internal/delivery"
	"gotong/internal/web"
)

func listTone(s delivery.ListStatus) web.Tone {
	switch s {
	case delivery.Draft, delivery.Checked:
		return web.Wait
	case delivery.Released, delivery.Sent:
		return web.Info
	case delivery.Settled:
		return web.Good
	default:
		return web.Quiet
	}
}

func lineTone(s delivery.Status) web.Tone {
	switch s {
	case delivery.Planned, delivery.LetGo:
		return web.Wait
	case delivery.OnTheWay:
		return web.Unknown
	case delivery.Credited, delivery.Taken:
		return web.Good
	case delivery.Held, delivery.ReturnedIt, delivery.Unclaimed:
		return web.Warn
	default:
		return web.Quiet
	}
}

func fileTone(s delivery.FileState) web.Tone {
	switch s {
	case delivery.FileHanding:
		return web.Warn
	case delivery.FileHanded:
		return web.Good
	default:
		return web.Wait
	}
}

func exceptionTone(s delivery.ExceptionStatus) web.Tone {
	switch s {
	case delivery.Open:
		return web.Warn
	case delivery.Proposed:
		return web.Wait
	case delivery.Resolved:
		return web.Good
	default:
		return web.Quiet
	}
}

func actTone(k delivery.ActKind) web.Tone {
	switch k {
	case delivery.ActHeld, delivery.ActVoided, delivery.ActDiscarded, delivery.ActTakenBack, delivery.ActDropped:
		return web.Warn
	case delivery.ActSettled, delivery.ActHandover, delivery.ActReceipt:
		return web.Good
	default:
		return web.Info
	}
}
