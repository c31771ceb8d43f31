package conditionweb

import (
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// Labels of fields and columns stand under this key.
const fieldKey = "condition.field."

func newSheet(r *web.Request, title, lead string, way ...web.Crumb) page.Sheet {
	return page.Sheet{Base: r.Base(title).At(way...), Lead: lead}
}

func home(r *web.Request) web.Crumb {
	return web.Crumb{Label: r.T("condition.month.title"), Href: Path}
}

// ask makes a field of a name, filled with what was sent.
func ask(r *web.Request, name string, with ...page.With) page.Field {
	return page.Ask(r, fieldKey, name, with...)
}

// col is a column of a name.
func col[R any](r *web.Request, name string, kind web.Kind, value func(R) any) web.Column[R] {
	return page.Col(r, fieldKey, name, kind, value)
}
