package paysim

import (
	"bytes"
	"strings"

	"gotong/internal/bank"
	"gotong/internal/run"
)

// harmed brings a return file again, or one that was cut off, falsified or is
// for something else: it is refused whole, or its strange lines are queued.
func (e *episode) harmed() act {
	file := e.files[e.chance.IntN(len(e.files))]
	harms := []struct {
		name   string
		refuse bool
		harm   func([]byte) []byte
	}{
		{"again", false, func(b []byte) []byte { return b }},
		{"cut off", false, func(b []byte) []byte { return b[:e.chance.IntN(len(b))] }},
		{"in dollars", true, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(",IDR,"), []byte(",USD,")) }},
		{"of another batch", true, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("-2026-"), []byte("-2031-")) }},
		{"with another total", true, func(b []byte) []byte { return rewrite(b, func(f *bank.Return) int64 { return 1 }) }},
		{"with an unknown line", false, func(b []byte) []byte {
			return rewrite(b, func(f *bank.Return) int64 { e.one(f).Reference += "9"; return 0 })
		}},
		{"with an unknown status", false, func(b []byte) []byte {
			return rewrite(b, func(f *bank.Return) int64 { e.one(f).Status = "PROSES"; return 0 })
		}},
		{"with another amount", false, func(b []byte) []byte {
			return rewrite(b, func(f *bank.Return) int64 {
				r := e.one(f)
				r.Status, r.Code, r.Amount = bank.Credited, bank.NoCode, r.Amount+7
				return 0
			})
		}},
	}
	h := harms[e.chance.IntN(len(harms))]
	return act{name: "file " + h.name, do: func() error {
		harmed := h.harm(bytes.Clone(file))
		if bytes.Equal(harmed, file) && h.name != "again" {
			return nil // it holds nothing to harm
		}
		r, err := e.service.Reconcile(as("tari"), "berkas", bytes.NewReader(harmed), e.happens(200), run.Silent{})
		if err != nil {
			return err
		}
		e.counted(r, int64(bytes.Count(harmed, []byte("\nD,"))))
		if h.refuse && r.Refused == nil {
			e.oracle.find(Unexplained, "a file %s was taken", h.name)
		}
		if h.name[:4] == "with" && !h.refuse && !r.Known && r.Refused == nil && r.Queued == 0 {
			e.oracle.find(Unexplained, "a file %s queued nothing", h.name)
		}
		return nil
	}}
}

// one picks a row of a file.
func (e *episode) one(f *bank.Return) *bank.Result { return &f.Results[e.chance.IntN(len(f.Results))] }

// rewrite writes a file again, changed; its total is off by what change returns.
func rewrite(b []byte, change func(*bank.Return) int64) []byte {
	f, err := bank.ParseReturn(bytes.NewReader(b))
	if err != nil || len(f.Results) == 0 {
		return b
	}
	off := change(&f)
	out := f.Bytes()
	if off == 0 {
		return out
	}
	i := bytes.LastIndex(out, []byte("\nT,"))
	return append(out[:i:i], strings.Replace(string(out[i:]), ","+bank.Currency, "1,"+bank.Currency, 1)...)
}
