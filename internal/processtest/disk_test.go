package processtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gotong/internal/delivery"
)

// A disk runs one command of the program with little room left: no file may
// grow beyond so many KiB, or the whole disk has only so many left.
type disk struct {
	name   string
	script string // for sh; $1 is the room in KiB, $2 the data folder, then the command
	quick  []int  // how much room is left, with every test
	room   []int  // and with GOTONG_SOAK
}

// disks are the ways in which room runs out. The second mounts a small disk
// of its own, which not every machine lets us do.
var disks = []disk{
	{"a file that may not grow", `room=$1 data=$2; shift 2; ulimit -f $((2*room)); exec "$@" --data "$data"`,
		[]int{64}, []int{4, 36, 64, 100, 160, 250, 400}},
	{"a disk that is full", `room=$1 data=$2; shift 2; exec unshare -rm sh -c '
			room=$1 data=$2; shift 2; mnt=$data.disk; mkdir -p "$mnt"; mount -t tmpfs -o size=256m none "$mnt" || exit 99
			cp -a "$data/." "$mnt"; free=$(df -k --output=avail "$mnt" | tail -1)
			head -c $(((free-room)*1024)) /dev/zero >"$mnt/filler"
			"$@" --data "$mnt"; code=$?
			rm "$mnt/filler"; rm -rf "$data"; cp -a "$mnt/." "$data"; exit $code' sh "$room" "$data" "$@"`,
		[]int{40}, []int{0, 40, 68, 100, 160, 250, 400}},
}

// run runs a command of the program with so much room, and returns its exit
// code and what it said last.
func (d disk) run(t *testing.T, room int, dir string, args ...string) (int, string) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("sh", append([]string{"-c", d.script, "sh", fmt.Sprint(room), dir, path}, append(args, "--json", "--lang", "en")...)...)
	out, err := c.Output()
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return code, lines[len(lines)-1]
}

// plenty is room enough for everything, in KiB.
const plenty = 200_000

// TestRoomRunsOutInAPayRun takes a pay run step by step. Each step is tried
// with a little more room each time: while there is too little, the program
// says so in so many words and what stood stands; with enough, it is done.
func TestRoomRunsOutInAPayRun(t *testing.T) {
	for _, d := range disks {
		t.Run(d.name, func(t *testing.T) {
			dir, _ := copyOf(t)
			if code, said := d.run(t, plenty, dir, "doctor"); code == 99 || strings.Contains(said, "unshare") {
				t.Skip("no disk of our own can be mounted here")
			}
			room := d.quick
			if os.Getenv("GOTONG_SOAK") != "" {
				room = d.room
			}
			p := &payRun{t: t, disk: d, dir: dir, room: room}
			p.step("bendahara", delivery.Draft, func() []string {
				return []string{"pay", "make", "sembako", "--period", "2026-04", "--area", "3674"}
			})
			p.step("bendahara", delivery.Draft, func() []string { return []string{"pay", "accounts", p.number} })
			p.step("ppk", delivery.Checked, func() []string { return []string{"pay", "check", p.number} })
			p.step("kpa", delivery.Released, func() []string {
				_, said := d.run(t, plenty, p.dir, "pay", "release", p.number, "--as", "kpa")
				var v struct {
					Lines int64
					Total int64 `json:"total_rupiah"`
				}
				if err := json.Unmarshal([]byte(said), &v); err != nil {
					t.Fatal(said, err)
				}
				return []string{"pay", "release", p.number, "--lines", fmt.Sprint(v.Lines), "--total", fmt.Sprint(v.Total)}
			})
			p.step("bendahara", delivery.Released, func() []string {
				return []string{"pay", "file", p.number, "--out", filepath.Join(t.TempDir(), "berkas.csv")}
			})
			p.step("bendahara", delivery.Sent, func() []string { return []string{"pay", "send", p.number} })
			p.step("bendahara", delivery.Sent, func() []string { return []string{"pay", "enquire", p.number} })
			p.step("bendahara", delivery.Sent, func() []string { return []string{"pay", "collect", p.number} }) // some answers are late
			t.Logf("%d tries met a full disk, %d did not", p.full, p.done)
			if p.full < len(room) {
				t.Errorf("only %d tries met a full disk", p.full)
			}
			judgeBank(t, open(t, home{dir: dir}))
		})
	}
}

// payRun carries one list.
type payRun struct {
	t          *testing.T
	disk       disk
	dir        string
	room       []int
	number     string
	full, done int
}

// step tries a command with ever more room, and looks each time at what
// stands: the list as it was, or as it is to become.
func (p *payRun) step(as string, becomes delivery.ListStatus, command func() []string) {
	p.t.Helper()
	args := append(command(), "--as", as)
	before := p.stands()
	for _, room := range append(slices.Clone(p.room), plenty) {
		code, said := p.disk.run(p.t, room, p.dir, args...)
		after := p.stands()
		switch {
		case code == 0:
			p.done++
			if args[1] == "make" {
				var l struct{ Number string }
				if err := json.Unmarshal([]byte(said), &l); err != nil || l.Number == "" {
					p.t.Fatalf("%v: %s", args, said)
				}
				p.number = l.Number
				after = p.stands()
			}
			if after != string(becomes) {
				p.t.Errorf("%v with %d KiB was done, the list is %q", args, room, after)
			}
			if args[1] == "make" || becomes == delivery.Checked {
				return // it is not done twice
			}
		case code == 6 && strings.Contains(said, "disk"):
			p.full++
			if after != before && after != string(becomes) {
				p.t.Errorf("%v with %d KiB failed, the list was %q and is %q", args, room, before, after)
			}
			if after != before && becomes != delivery.Draft {
				p.t.Logf("%v with %d KiB: %s; the list is %s", args, room, said, after)
			}
		case code == 4 && before == string(becomes):
			p.done++ // an earlier try had done it before it failed, and says so
			return
		case code == 6 && args[1] == "send":
			return // handed over, outcome unknown: it is asked about next
		default:
			p.t.Fatalf("%v with %d KiB ends with %d: %s", args, room, code, said)
		}
		before = after
	}
}

// stands proves the books and returns how the list stands; "" is not at all.
func (p *payRun) stands() string {
	p.t.Helper()
	a, closing := look(p.t, home{dir: p.dir})
	defer closing()
	proof, err := a.Delivery.ProveLedger(as(p.t, a, "pemeriksa"))
	if err != nil || !proof.Balanced {
		p.t.Fatalf("the books: %+v %v", proof, err)
	}
	all, _, err := a.Delivery.Lists(as(p.t, a, "bendahara"), delivery.ListFilter{Programme: "sembako", Period: "2026-04", Limit: 10})
	if err != nil || len(all) > 1 {
		p.t.Fatalf("there are %d lists: %v", len(all), err)
	}
	for _, l := range all {
		return string(l.Status)
	}
	return ""
}
