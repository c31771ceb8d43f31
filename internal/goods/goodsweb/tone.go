package goodsweb

import (
	"gotong/internal/goods"
	"gotong/internal/web"
)

func recipientTone(s goods.RecipientStatus) web.Tone {
	switch s {
	case goods.Waiting:
		return web.Wait
	case goods.Handed:
		return web.Good
	default:
		return web.Warn
	}
}

func listTone(s goods.ListStatus) web.Tone {
	switch s {
	case goods.ListDraft:
		return web.Wait
	case goods.ListOpen:
		return web.Info
	case goods.ListClosed:
		return web.Good
	default:
		return web.Quiet
	}
}

func adjustTone(s goods.AdjustStatus) web.Tone {
	switch s {
	case goods.AdjustProposed:
		return web.Wait
	case goods.AdjustApproved:
		return web.Good
	default:
		return web.Quiet
	}
}

func orderTone(s goods.OrderStatus) web.Tone {
	switch s {
	case goods.Requested:
		return web.Wait
	case goods.Ordered:
		return web.Info
	case goods.Received:
		return web.Good
	default:
		return web.Quiet
	}
}

func groupTone(s goods.GroupStatus) web.Tone {
	switch s {
	case goods.GroupProposed:
		return web.Wait
	case goods.GroupActive:
		return web.Good
	default:
		return web.Quiet
	}
}

func clientTone(s goods.ClientStatus) web.Tone {
	switch s {
	case goods.ClientActive:
		return web.Good
	case goods.ClientPaused:
		return web.Warn
	default:
		return web.Quiet
	}
}
