package linkage

import (
	"bytes"
	stdcmp "cmp"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/run"
)

var testOptions = Options{Match: .9, Review: .1, BlockLimit: 500}

func link(t testing.TB, records []Record, o Options) *Result {
	t.Helper()
	s := NewSet(0)
	for i := range records {
		s.Add(&records[i])
	}
	r, err := s.Link(context.Background(), o, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// accuracy returns how many pairs held to be the same are, how many are not,
// and how many there are.
func (p *people) accuracy(r *Result) (right, wrong, all int) {
	of := map[int]int{}
	for _, person := range p.truth {
		all += of[person]
		of[person]++
	}
	for _, pair := range r.Pairs {
		switch {
		case !pair.Same:
		case p.truth[pair.Left] == p.truth[pair.Right]:
			right++
		default:
			wrong++
		}
	}
	return right, wrong, all
}

func town(seed uint64, families, again int) *people {
	p := newPeople(seed)
	for range families {
		p.family()
	}
	people := len(p.records)
	for range again {
		p.again(p.random.IntN(people))
	}
	return p
}

func TestDuplicatesOfATownAreFound(t *testing.T) {
	for name, change := range map[string]func(*Record){
		"numbers in clear": func(*Record) {},
		"numbers as digests alone": func(r *Record) {
			if r.Number != "" {
				r.Blind = []byte("digest of " + r.Number)
				r.Number = ""
			}
		},
		"no numbers": func(r *Record) { r.Number = "" },
	} {
		t.Run(name, func(t *testing.T) {
			p := town(3, 3000, 300)
			for i := range p.records {
				change(&p.records[i])
			}
			right, wrong, all := p.accuracy(link(t, p.records, testOptions))
			precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(all)
			t.Logf("precision %.4f, recall %.4f of %d", precision, recall, all)
			// Every field of these second records is wrong with a chance of
			// 0.3: with fewer fields, some cannot be told from strangers.
			least := map[string]float64{"numbers in clear": .97, "numbers as digests alone": .92, "no numbers": .90}[name]
			if precision < .99 || recall < least {
				t.Errorf("precision %.4f, recall %.4f of %d", precision, recall, all)
			}
		})
	}
}

func TestATownWithoutDuplicatesHasNone(t *testing.T) {
	p := town(4, 2500, 0)
	_, wrong, _ := p.accuracy(link(t, p.records, testOptions))
	if wrong > 1 {
		t.Errorf("%d pairs of different people are held to be the same", wrong)
	}
}

func TestTheOrderOfRecordsAndTheCoresDoNotMatter(t *testing.T) {
	p := town(5, 400, 40)
	want := link(t, p.records, testOptions)
	random := rand.New(rand.NewPCG(9, 9))
	random.Shuffle(len(p.records), func(i, j int) { p.records[i], p.records[j] = p.records[j], p.records[i] })
	for _, workers := range []int{1, 3} {
		o := testOptions
		o.Workers = workers
		got := link(t, p.records, o)
		if diff := cmp.Diff(want.Pairs, got.Pairs); diff != "" {
			t.Fatalf("with %d workers: %s", workers, diff)
		}
		if diff := cmp.Diff(want.Clusters, got.Clusters); diff != "" {
			t.Fatal(diff)
		}
	}
}

// called returns records by other ids and in another order, their lists changed
// over, and what each is called now.
func called(records []Record, random *rand.Rand) ([]Record, map[ident.ID]ident.ID) {
	now := map[ident.ID]ident.ID{}
	out := slices.Clone(records)
	for i := range out {
		id := ident.ID{7}
		binary.BigEndian.PutUint64(id[8:], random.Uint64())
		now[id] = out[i].ID
		out[i].ID, out[i].List = id, 1-out[i].List
	}
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, now
}

func TestWhatRecordsAndListsAreCalledDoesNotMatter(t *testing.T) {
	type chance struct {
		Pair        [2]ident.ID
		Probability float64
		Same        bool
	}
	found := func(r *Result, now map[ident.ID]ident.ID) (all []chance) {
		for _, p := range r.Pairs {
			left, right := p.Left, p.Right
			if now != nil {
				left, right = now[left], now[right]
			}
			if bytes.Compare(left[:], right[:]) > 0 {
				left, right = right, left
			}
			all = append(all, chance{[2]ident.ID{left, right}, p.Probability, p.Same})
		}
		slices.SortFunc(all, func(a, b chance) int {
			return stdcmp.Or(bytes.Compare(a.Pair[0][:], b.Pair[0][:]), bytes.Compare(a.Pair[1][:], b.Pair[1][:]))
		})
		return all
	}
	random := rand.New(rand.NewPCG(31, 9))
	p := town(5, 900, 150)
	for i := range 40 { // written down twice without an error
		again := p.records[7*i]
		again.ID, again.Family = p.id(), ident.ID{}
		p.records = append(p.records, again)
	}
	for i := range p.records {
		p.records[i].List = uint8(i % 2)
	}
	for _, between := range []bool{false, true} {
		o := testOptions
		o.Between = between
		want := found(link(t, p.records, o), nil)
		if len(want) < 50 {
			t.Fatalf("only %d pairs", len(want))
		}
		records, now := called(p.records, random)
		if diff := cmp.Diff(want, found(link(t, records, o), now)); diff != "" {
			t.Errorf("between %t: %s", between, diff)
		}
	}
}

func TestBlocksInAFileAreTheSame(t *testing.T) {
	p := town(5, 900, 150)
	want := link(t, p.records, testOptions)
	o := testOptions
	o.InMemory = 1
	if diff := cmp.Diff(want, link(t, p.records, o), cmp.AllowUnexported(Model{}, bond{})); diff != "" {
		t.Error(diff)
	}
}

func TestClustersAreWhole(t *testing.T) {
	p := town(6, 500, 0)
	people := len(p.records)
	for range 60 { // some come three or four times
		i := p.random.IntN(people / 8)
		p.again(i)
	}
	r := link(t, p.records, testOptions)
	in := map[ident.ID]int{}
	same := map[[2]ident.ID]bool{}
	for _, pair := range r.Pairs {
		if pair.Same {
			same[[2]ident.ID{pair.Left, pair.Right}] = true
		}
	}
	pairs := 0
	for c, members := range r.Clusters {
		for i, a := range members {
			if in[a] != 0 {
				t.Fatalf("a record stands in two clusters")
			}
			in[a] = c + 1
			for _, b := range members[i+1:] {
				pairs++
				if !same[[2]ident.ID{a, b}] {
					t.Errorf("a pair of cluster %d is missing", c)
				}
			}
		}
	}
	if pairs != len(same) {
		t.Errorf("%d pairs in clusters, %d held to be the same", pairs, len(same))
	}
}

// TestBetweenListsNoPairIsOfOneList has people stand twice in the second list:
// each of the two makes a pair with the first list's record, and they none.
func TestBetweenListsNoPairIsOfOneList(t *testing.T) {
	p := town(8, 300, 0)
	people := len(p.records)
	for range 120 {
		p.again(p.random.IntN(people / 8))
	}
	list := map[ident.ID]uint8{}
	for i := range p.records {
		if i >= people {
			p.records[i].List = 1
		}
		list[p.records[i].ID] = p.records[i].List
	}
	o := testOptions
	o.Between = true
	r := link(t, p.records, o)
	together := 0
	for _, pair := range r.Pairs {
		if list[pair.Left] == list[pair.Right] {
			t.Errorf("a pair of list %d alone: %v and %v", list[pair.Left], pair.Left, pair.Right)
		}
	}
	for _, members := range r.Clusters {
		if len(members) > 2 {
			together++
		}
	}
	if together == 0 {
		t.Error("nobody stands in a list twice")
	}
}

func TestRelativesAreNotDuplicates(t *testing.T) {
	p := town(7, 800, 80)
	family, mother := p.id(), "Siti Rohani"
	born, boy := civil.MustParse("2015-05-05"), false
	twin := func(name, number string) Record {
		return Record{ID: p.id(), Family: family, Name: name, Mother: mother, Born: &born, Female: &boy,
			Area: "3674011001", Address: "Jl. Melati No. 1", Number: number}
	}
	a, b := twin("Rizki Aditya", "3674010505150001"), twin("Rizka Aditya", "3674010505150002")
	again := a
	again.ID = p.id()
	records := append(p.records, a, b, again)
	r := link(t, records, testOptions)
	for _, pair := range r.Pairs {
		ids := map[ident.ID]bool{pair.Left: true, pair.Right: true}
		if pair.Same && ids[b.ID] {
			t.Error("a twin is held to be the other")
		}
		if !pair.Same && ids[a.ID] && ids[again.ID] {
			t.Error("a child written twice on one card is not found")
		}
	}
}

func TestWhatAPersonDecidedIsKept(t *testing.T) {
	p := town(8, 600, 60)
	r := link(t, p.records, testOptions)
	var first Pair
	for _, pair := range r.Pairs {
		if pair.Same {
			first = pair
			break
		}
	}
	o := testOptions
	o.Apart = func(a, b ident.ID) bool {
		return a == first.Left && b == first.Right || b == first.Left && a == first.Right
	}
	for _, pair := range link(t, p.records, o).Pairs {
		if pair.Left == first.Left && pair.Right == first.Right && pair.Same {
			t.Error("a pair that was said to be two people is held to be one again")
		}
	}
}

func TestTheScoreIsTheSumOfItsPieces(t *testing.T) {
	p := town(9, 500, 80)
	r := link(t, p.records, testOptions)
	if len(r.Pairs) == 0 {
		t.Fatal("no pairs")
	}
	for _, pair := range r.Pairs {
		sum := r.Model.Prior
		for _, piece := range pair.Pieces {
			sum += piece.Bits
		}
		if sum != pair.Score {
			t.Fatalf("pieces give %d, the score is %d: %v", sum, pair.Score, pair.Pieces)
		}
	}
}

func TestBlocksThatAreTooLargeAreReported(t *testing.T) {
	p := newPeople(10)
	born := civil.MustParse("1970-01-01")
	for range 60 { // a clerk who enters the same name and day for all
		p.records = append(p.records, Record{ID: p.id(), Name: "Siti", Born: &born})
	}
	o := testOptions
	o.BlockLimit = 50
	r := link(t, p.records, o)
	capped := 0
	for _, b := range r.Blocks {
		capped += b.Capped
		if b.Capped > 0 && b.LargestCapped != 60 {
			t.Errorf("%+v", b)
		}
	}
	if capped == 0 || r.Compared != 0 {
		t.Errorf("%d blocks capped, %d pairs compared", capped, r.Compared)
	}
}

func TestLinkingIsCancelled(t *testing.T) {
	p := town(11, 200, 0)
	s := NewSet(0)
	for i := range p.records {
		s.Add(&p.records[i])
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Link(ctx, testOptions, run.Silent{}); err == nil {
		t.Error("a cancelled link went on")
	}
}

func TestAnyRecordsAreLinkedWithoutPanic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := NewSet(0)
		for range rapid.IntRange(0, 8).Draw(t, "records") {
			s.Add(anyRecord(t))
		}
		r, err := s.Link(context.Background(), testOptions, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Pairs {
			if p.Probability < 0 || p.Probability > 1 {
				t.Fatalf("a probability of %v", p.Probability)
			}
		}
	})
}

func BenchmarkLink(b *testing.B) {
	p := town(1, 16500, 1000)
	b.ResetTimer()
	pairs := int64(0)
	for b.Loop() {
		pairs += link(b, p.records, testOptions).Compared
	}
	b.ReportMetric(float64(len(p.records)), "records")
	b.ReportMetric(float64(pairs)/b.Elapsed().Seconds()/1e6, "Mpairs/s")
}
