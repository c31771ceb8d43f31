package runweb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"gotong/internal/money"
	"gotong/internal/web"
)

// result shows what a run found as terms and values, in the order in which
// it was written. Nested names are joined by a point.
func result(ctx context.Context, raw json.RawMessage) ([]web.Pair, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	f := flat{ctx: ctx, d: d}
	if err := f.value(""); err != nil {
		return nil, fmt.Errorf("runweb: reading a result: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("runweb: a result holds more than one value")
	}
	return f.pairs, nil
}

// flat makes a list out of a tree of JSON.
type flat struct {
	ctx   context.Context
	d     *json.Decoder
	pairs []web.Pair
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

func (f *flat) add(name, value string) {
	if name == "" {
		name = "result"
	}
	f.pairs = append(f.pairs, web.Pair{Term: word(web.Lang(f.ctx), "results", name), Value: value})
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

// list shows plain values side by side, and of anything deeper how many.
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
		return v
	}
	return ""
}
