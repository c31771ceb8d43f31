package vector

// Sums are added up for 64 rows at once, a table at a time: what a table says
// of a row's code, which has a bit in each of up to eight planes. They are 32
// bits each. Those of a word of rows lie in the order in which they are made:
// Settle puts them back.

// Table says what each of 256 codes adds.
type Table struct {
	bytes [4][256]byte // byte b of what code c adds is at [b][c]
	whole [256]int32
}

// Set says what a code adds.
func (t *Table) Set(code int, v int32) {
	t.whole[code] = v
	for b := range t.bytes {
		t.bytes[b][code] = byte(v >> (8 * b))
	}
}

// AddTable adds to the sums of so many words of rows what a table says of
// their codes.
func AddTable[B ~[]uint64](sums []int32, planes []B, t *Table, words int) {
	if fast && words > 0 {
		var at [8]*uint64
		for k, p := range planes {
			at[k] = &p[0]
		}
		addTableFast(&sums[0], &at[0], len(planes), t, words)
		return
	}
	addTableEach(sums, planes, t, words)
}

// addTableEach leaves sums at the rows' spots in the bytes that Turn makes.
func addTableEach[B ~[]uint64](sums []int32, planes []B, t *Table, words int) {
	var codes [64]byte
	for w := range words {
		var x [8]uint64
		for k, p := range planes {
			x[k&7] = p[w]
		}
		PutBytes(&codes, &x)
		into := (*[word]int32)(sums[w*word:])
		for i, code := range codes {
			into[i] += t.whole[code]
		}
	}
}

// Settle adds sums to numbers of rows in their own order, and takes from the
// known rows those whose total is not below the limit, as unsigned numbers. To
// what is left it adds the base; the numbers of all others become zero.
func Settle(values, sums []int32, known []uint64, limit uint32, base int32) {
	if fast && len(known) > 0 {
		settleFast(&values[0], &sums[0], &known[0], limit, base, len(known))
		return
	}
	settleEach(values, sums, known, limit, base)
}

func settleEach(values, sums []int32, known []uint64, limit uint32, base int32) {
	for w := range known {
		into, from, there := (*[word]int32)(values[w*word:]), (*[word]int32)(sums[w*word:]), known[w]
		for j := range into {
			v := into[j] + from[Spot(j)]
			if uint32(v) >= limit {
				there &^= 1 << uint(j)
			}
			into[j] = (v + base) & -int32(there>>uint(j)&1)
		}
		known[w] = there
	}
}

// AtLeast sets, for each of some cuts, the bits of the values that are not
// less: bits[i][w] are those of word w and cut i. It does so for whole words
// of values, where the processor has the fast form, and returns for how many:
// without it, there are quicker ways than to compare with each cut.
func AtLeast(bits [][]uint64, values []int32, cuts []int32) (words int) {
	if words = whole(len(values)) / word; words == 0 {
		return 0
	}
	for i, c := range cuts {
		atLeastFast(&bits[i][0], &values[0], c, words)
	}
	return words
}
