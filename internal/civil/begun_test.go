package civil

import "testing"

type tariff struct {
	from  Date
	price int
}

func (t tariff) Begins() Date { return t.from }

func TestInForce(t *testing.T) {
	all := []tariff{{Of(2020, 1, 1), 1}, {Of(2022, 7, 1), 2}, {Of(2025, 1, 1), 3}}
	for _, c := range []struct {
		all   []tariff
		day   Date
		price int
		begun bool
	}{
		{all, Of(2019, 12, 31), 1, false},
		{all, Of(2020, 1, 1), 1, true},
		{all, Of(2022, 6, 30), 1, true},
		{all, Of(2022, 7, 1), 2, true},
		{all, Of(2030, 1, 1), 3, true},
		{nil, Of(2020, 1, 1), 0, false},
	} {
		if in, begun := InForce(c.all, c.day); in.price != c.price || begun != c.begun {
			t.Errorf("on %s: %d, %v; want %d, %v", c.day, in.price, begun, c.price, c.begun)
		}
	}
}
