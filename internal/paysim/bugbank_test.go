package paysim

import (
	"context"
	"errors"
	"io"
	"slices"

	"gotong/internal/bank"
	"gotong/internal/delivery"
)

// channel is a bank with parts of it replaced.
type channel struct {
	bank.Channel
	bank.AccountChecker
	submit  func(context.Context, bank.Channel, []byte) (bank.Ack, error)
	enquire func(context.Context, bank.Channel, string) (bank.Ack, error)
}

func (c channel) Submit(ctx context.Context, file []byte) (bank.Ack, error) {
	if c.submit == nil {
		return c.Channel.Submit(ctx, file)
	}
	return c.submit(ctx, c.Channel, file)
}

func (c channel) Enquire(ctx context.Context, batch string) (bank.Ack, error) {
	if c.enquire == nil {
		return c.Channel.Enquire(ctx, batch)
	}
	return c.enquire(ctx, c.Channel, batch)
}

func channelOf(change func(*channel)) func(*episode, *delivery.Config) {
	return func(e *episode, c *delivery.Config) {
		b := channel{Channel: e.bank, AccountChecker: e.bank}
		change(&b)
		p := channel{Channel: e.post, AccountChecker: e.post, submit: b.submit, enquire: b.enquire}
		c.Channel, c.Post = b, p
	}
}

// retrying hands over again when the line breaks.
func retrying(c *channel) {
	c.submit = func(ctx context.Context, real bank.Channel, file []byte) (bank.Ack, error) {
		ack, err := real.Submit(ctx, file)
		for n := 0; n < 2 && err != nil && !errors.Is(err, bank.ErrRefused); n++ {
			ack, err = real.Submit(ctx, file)
		}
		return ack, err
	}
}

// deafened takes no answer for the answer that nothing arrived.
func deafened(c *channel) {
	c.enquire = func(ctx context.Context, real bank.Channel, batch string) (bank.Ack, error) {
		ack, err := real.Enquire(ctx, batch)
		if err != nil {
			err = bank.ErrNotReceived
		}
		return ack, err
	}
}

// format is CSV whose results are changed after they were read.
type format struct {
	bank.CSV
	change func(*bank.Return)
}

func (f format) Read(from io.Reader, each func(bank.Result) error) (bank.Return, error) {
	r, err := bank.ParseReturn(from)
	if err != nil {
		return r, err
	}
	f.change(&r)
	for _, one := range r.Results {
		if err := each(one); err != nil {
			return r, err
		}
	}
	return r, nil
}

func formatOf(change func(*episode, *bank.Return)) func(*episode, *delivery.Config) {
	return func(e *episode, c *delivery.Config) {
		c.Formats = bank.Formats{format{change: func(r *bank.Return) { change(e, r) }}}
	}
}

// byAmount gives each row to the first payment of its amount.
func byAmount(_ *episode, f *bank.Return) {
	references := map[int64][]string{}
	for _, r := range f.Results {
		references[int64(r.Amount)] = append(references[int64(r.Amount)], r.Reference)
	}
	for _, all := range references {
		slices.Sort(all)
	}
	for i, r := range f.Results {
		all := references[int64(r.Amount)]
		f.Results[i].Reference, references[int64(r.Amount)] = all[0], all[1:]
	}
}

// swallow leaves rows out that say something strange.
func swallow(_ *episode, f *bank.Return) {
	f.Results = slices.DeleteFunc(f.Results, func(r bank.Result) bool { return r.Status != bank.Credited && r.Status != bank.Returned })
}

// hopeless reads what is pending as returned.
func hopeless(_ *episode, f *bank.Return) {
	for i := range f.Results {
		if f.Results[i].Status == "PENDING" {
			f.Results[i].Status, f.Results[i].Code = bank.Returned, bank.BlockedAccount
		}
	}
}

// whole reads every credit as one of the whole amount.
func whole(e *episode, f *bank.Return) {
	for i, r := range f.Results {
		for _, c := range e.creditsOf(f.Batch) {
			if c.Reference == r.Reference && r.Status == bank.Credited {
				f.Results[i].Amount = c.Amount
			}
		}
	}
}
