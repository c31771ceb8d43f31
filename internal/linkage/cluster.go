package linkage

import "slices"

// union is disjoint sets of records, each with its members.
type union struct {
	root    map[int32]int32
	members map[int32][]int32
}

func newUnion() *union { return &union{map[int32]int32{}, map[int32][]int32{}} }

func (u *union) find(i int32) int32 {
	r, ok := u.root[i]
	if !ok {
		u.root[i] = i
		u.members[i] = []int32{i}
		return i
	}
	if r == i {
		return i
	}
	top := u.find(r)
	u.root[i] = top
	return top
}

func (u *union) join(a, b int32) {
	if len(u.members[a]) < len(u.members[b]) {
		a, b = b, a
	}
	u.members[a] = append(u.members[a], u.members[b]...)
	delete(u.members, b)
	u.root[b] = a
}

// maxCluster is how many records of one person are thought possible: beyond
// it something other than a person is being joined.
const maxCluster = 64

// cluster joins pairs, surest first, into clusters of one person each. Two
// clusters are joined only when their members agree on the average, so that
// no chain of middling pairs runs from one person to another, and never when
// apart says of two members that they are two people.
func cluster(pairs []scored, judge func(i, j int32) int32, apart func(i, j int32) bool) [][]int32 {
	order := slices.Clone(pairs)
	slices.SortFunc(order, func(a, b scored) int {
		if a.score != b.score {
			return int(b.score) - int(a.score)
		}
		return compareScored(a, b)
	})
	u := newUnion()
	for _, p := range order {
		a, b := u.find(p.i), u.find(p.j)
		if a != b && len(u.members[a])+len(u.members[b]) <= maxCluster && agree(u.members[a], u.members[b], judge, apart) {
			u.join(a, b)
		}
	}
	var out [][]int32
	for _, m := range u.members {
		if len(m) > 1 {
			slices.Sort(m)
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b []int32) int { return int(a[0]) - int(b[0]) })
	return out
}

// agree reports whether the records of two clusters are, on the average,
// records of one person; judge gives log2 odds in thousandths of a bit.
func agree(a, b []int32, judge func(i, j int32) int32, apart func(i, j int32) bool) bool {
	sum := int64(0)
	for _, i := range a {
		for _, j := range b {
			if apart(i, j) {
				return false
			}
			sum += int64(judge(i, j))
		}
	}
	return sum > 0
}
