package runweb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/money"
	"gotong/internal/web"
)

// findings are what a run found: what people ask for, and the rest, which
// only those who keep the system look at.
type findings struct{ Main, Rest []web.Pair }

// result shows what a run found as terms and values, in the order in which
// it was written. Nested names are joined by a point. A value belongs to the
// main ones when its name, or the last part of it, has words in locales
// (run.results).
func result(ctx context.Context, raw json.RawMessage) (findings, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return findings{}, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	f := flat{ctx: ctx, d: d}
	if err := f.value(""); err != nil {
		return findings{}, fmt.Errorf("runweb: reading a result: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return findings{}, errors.New("runweb: a result holds more than one value")
	}
	return f.found, nil
}

// flat makes a list out of a tree of JSON.
type flat struct {
	ctx   context.Context
	d     *json.Decoder
	found findings
}

func (f *flat) value(name string) error {
	token, err := f.d.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return f.object(name)
	case json.Delim('['):
		return f.list(name)
	}
	f.add(name, f.scalar(name, token))
	return nil
}

// add keeps a value. One that is nothing, such as a time that has not come,
// is left out.
func (f *flat) add(name, value string) {
	if value == "" || strings.HasPrefix(value, "0001-01-01T") {
		return
	}
	if name == "" {
		name = "result"
	}
	l := web.Lang(f.ctx)
	name = snake(name)
	const deepest = 1 // points in a name of which the last part is enough
	for _, key := range []string{name, name[strings.LastIndex(name, ".")+1:]} {
		if i18n.Has(l, "run.results."+key) && strings.Count(name, ".") <= deepest {
			f.found.Main = append(f.found.Main, web.Pair{Term: i18n.T(l, "run.results."+key), Value: value})
			return
		}
	}
	f.found.Rest = append(f.found.Rest, web.Pair{Term: word(l, "results", name), Value: value})
}

// snake writes a Go name as JSON names are written: SnapshotID, snapshot_id.
func snake(name string) string {
	var b strings.Builder
	previous := '_'
	for _, c := range name {
		if unicode.IsUpper(c) && (unicode.IsLower(previous) || unicode.IsDigit(previous)) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
		previous = c
	}
	return b.String()
}

func (f *flat) object(name string) error {
	for f.d.More() {
		key, err := f.d.Token()
		if err != nil {
			return err
		}
		inner := fmt.Sprint(key)
		if name != "" {
			inner = name + "." + inner
		}
		if err := f.value(inner); err != nil {
			return err
		}
	}
	_, err := f.d.Token()
	return err
}

// list shows plain values and faults side by side, and of anything deeper how
// many.
func (f *flat) list(name string) error {
	const most = 20
	var values []string
	n, deep := 0, false
	for f.d.More() {
		var raw json.RawMessage
		if err := f.d.Decode(&raw); err != nil {
			return err
		}
		n++
		if said := faultSentence(web.Lang(f.ctx), raw); said != "" {
			values = append(values, said)
			continue
		}
		if raw[0] == '{' || raw[0] == '[' {
			deep = true
			continue
		}
		inner := json.NewDecoder(bytes.NewReader(raw))
		inner.UseNumber()
		token, err := inner.Token()
		if err != nil {
			return err
		}
		values = append(values, f.scalar(name, token))
	}
	switch {
	case deep || n > most:
		f.add(name, web.Number(f.ctx, int64(n)))
	case n > 0:
		f.add(name, strings.Join(values, " · "))
	}
	_, err := f.d.Token()
	return err
}

// faultSentence says in words what a fault reports; what is no fault says "".
func faultSentence(l i18n.Lang, raw json.RawMessage) string {
	var e struct { // as of fault.Error, whose cause does not travel
		Key  string
		Args []any
	}
	if raw[0] != '{' || json.Unmarshal(raw, &e) != nil || !i18n.Has(l, e.Key) {
		return ""
	}
	return i18n.T(l, e.Key, e.Args...)
}

// scalar writes a value in the page's language. A name that ends in rupiah
// is money.
func (f *flat) scalar(name string, token json.Token) string {
	switch v := token.(type) {
	case json.Number:
		n, err := v.Int64()
		switch {
		case err == nil && strings.HasSuffix(strings.ToLower(name), "rupiah"):
			return web.Rupiah(f.ctx, money.Rupiah(n))
		case err == nil:
			return web.Number(f.ctx, n)
		}
		x, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return web.Decimal(f.ctx, x, 2)
	case bool:
		if v {
			return web.T(f.ctx, "web.table.yes")
		}
		return web.T(f.ctx, "web.table.no")
	case string:
		if d, err := civil.Parse(v); err == nil {
			return web.Day(f.ctx, d)
		}
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil && !t.IsZero() {
			return web.Moment(f.ctx, t)
		}
		return v
	}
	return ""
}
