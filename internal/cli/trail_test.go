package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/audit"
	"gotong/internal/cli"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registryweb"
)

// trailOf names the file in which the program that the scripts run writes down
// each of its calls.
const trailOf = "TRAIL_OF_SCRIPTS"

// call is one command of a script.
type call struct {
	Args    []string
	Data    string
	Started time.Time
	Code    int
	Said    string // on both outputs
}

// trailed runs the program and writes the call down.
func trailed() int {
	path := os.Getenv(trailOf)
	if path == "" {
		return cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
	}
	var said kept
	c := call{Args: os.Args[1:], Data: dataOf(os.Args[1:]), Started: time.Now()}
	c.Code = cli.Main(c.Args, os.Stdin, io.MultiWriter(os.Stdout, &said), io.MultiWriter(os.Stderr, &said), os.Environ())
	c.Said = said.b.String()
	line, err := json.Marshal(c)
	if err == nil {
		err = appended(path, append(line, '\n'))
	}
	if err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		return 1
	}
	return c.Code
}

// dataOf returns the folder that a call is on.
func dataOf(args []string) string {
	dir := os.Getenv("GOTONG_DATA")
	for i, a := range args {
		if value, ok := strings.CutPrefix(a, "--data="); ok {
			dir = value
		} else if a == "--data" && i+1 < len(args) {
			dir = args[i+1]
		}
	}
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	return dir
}

// kept is what a program says, which it may say from several goroutines.
type kept struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (k *kept) Write(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.b.Write(b)
}

func appended(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(b); err != nil {
		return err
	}
	return f.Close()
}

// looksOf holds what the commands of one script showed against the audit log:
// of each family whose name, address or id a command said, and that was not
// in its own words, the log tells, and so does the answer to "who saw my
// data".
func looksOf(t *testing.T, path string, done *ran) {
	calls, err := readTrail(path)
	if err != nil {
		t.Error(err)
		return
	}
	done.add(calls)
	data := map[string]bool{}
	for _, c := range calls {
		data[c.Data] = true
	}
	for dir := range data {
		if _, err := os.Stat(filepath.Join(dir, "gotong.db")); err != nil {
			continue
		}
		r, err := recordOf(t.Context(), dir)
		if err != nil && spoilt[filepath.Base(filepath.Dir(dir))] {
			continue
		}
		if err != nil {
			t.Errorf("reading %s: %v", dir, err)
			return
		}
		for i, c := range calls {
			until := time.Now()
			if i+1 < len(calls) {
				until = calls[i+1].Started
			}
			if c.Data == dir {
				r.hold(t, c, until)
			}
		}
		if err := r.app.Close(); err != nil {
			t.Error(err)
		}
	}
}

// spoilt are the scripts that leave an installation which does not open any
// more: without its master key, and with a programme that is none.
var spoilt = map[string]bool{"script-doctor": true, "script-programme": true}

// bare are the commands that say the id of a family and nothing else of it:
// the first of whom a rule cannot be computed.
var bare = []string{"determine", "determine propose", "determine enact", "determine reject"}

func readTrail(path string) (calls []call, err error) {
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil // a script that runs nothing
	}
	for d := json.NewDecoder(bytes.NewReader(b)); err == nil && d.More(); {
		var c call
		err = d.Decode(&c)
		calls = append(calls, c)
	}
	return calls, err
}

// record is who is on record once a script is over, and what the log says.
type record struct {
	app     *app.App
	ctx     context.Context
	area    map[ident.ID]string   // of families
	members map[ident.ID][]string // ids
	signs   map[string]ident.ID   // by what a family is known in a text: an id, a name of words, an address
	log     []audit.Entry
}

func recordOf(ctx context.Context, dir string) (*record, error) {
	config, err := app.LoadConfig("", nil, map[string]string{"data": dir})
	if err != nil {
		return nil, err
	}
	a, err := app.Open(ctx, app.Options{Config: config, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	ctx = access.With(ctx, access.Actor{Login: "watch", Roles: []access.Role{access.Auditor}, Scope: access.Nation()})
	r := &record{app: a, ctx: ctx, area: map[ident.ID]string{}, members: map[ident.ID][]string{}, signs: map[string]ident.ID{}}
	for e, err := range a.Audit.All(ctx, audit.Filter{}) {
		if err != nil {
			return nil, err
		}
		r.log = append(r.log, e)
	}
	namesakes := map[string]bool{}
	return r, a.Registry.Scan(ctx, access.PurposeAudit, func(f *registry.Record) error {
		id := f.Family.ID
		r.area[id] = f.Family.Area
		r.signs[id.String()] = id
		texts := []string{f.Family.Address}
		for _, m := range f.Members {
			r.members[id] = append(r.members[id], m.ID.String())
			r.signs[m.ID.String()] = id
			texts = append(texts, m.Name)
		}
		for _, text := range texts {
			if other, ok := r.signs[text]; ok && other != id || namesakes[text] {
				namesakes[text] = true
				delete(r.signs, text) // it does not tell which family
			} else if strings.Contains(text, " ") { // a single name is a word like others
				r.signs[text] = id
			}
		}
		return nil
	})
}

// shown returns the families that a call said something of.
func (r *record) shown(c call) map[ident.ID]string {
	asked := strings.Join(c.Args, " ")
	all := map[ident.ID]string{}
	named := slices.Contains(bare, cli.CommandOf(c.Args))
	for sign, id := range r.signs {
		if named && sign == id.String() {
			continue
		}
		if strings.Contains(c.Said, sign) && !strings.Contains(asked, sign) {
			all[id] = sign
		}
	}
	return all
}

func (r *record) hold(t *testing.T, c call, until time.Time) {
	from := c.Started.Truncate(time.Millisecond)
	var acts []audit.Entry
	for _, e := range r.log {
		if !e.At.Before(from) && e.At.Before(until) {
			acts = append(acts, e)
		}
	}
	const asked = 3 // of a long list
	n := 0
	for id, sign := range r.shown(c) {
		if act, ok := r.about(id, acts); !ok {
			t.Errorf("gotong %s said %q of a family and left %d acts, none of which is on it", strings.Join(c.Args, " "), sign, len(acts))
			return
		} else if n++; n <= asked && !r.told(t, id, act) {
			t.Errorf("gotong %s said %q of a family, which is not told of %s", strings.Join(c.Args, " "), sign, act.Action)
			return
		}
	}
}

// about returns the act that is on a family, or on many where it lives.
func (r *record) about(id ident.ID, acts []audit.Entry) (audit.Entry, bool) {
	for _, e := range acts {
		many := (len(e.Fields) > 0 || e.Count > 0) && e.Area != "" && access.ParseScope(e.Area).Covers(r.area[id])
		if e.Subject == id.String() || slices.Contains(r.members[id], e.Subject) || many {
			return e, true
		}
	}
	return audit.Entry{}, false
}

// told reports whether the family reads of an act when it asks.
func (r *record) told(t *testing.T, id ident.ID, act audit.Entry) bool {
	seen, err := app.Seen(r.ctx, r.app, id.String(), r.area[id])
	if err != nil {
		t.Error(err)
		return false
	}
	return slices.ContainsFunc(seen, func(l registryweb.Look) bool {
		return l.Action == act.Action && l.Purpose == act.Purpose && !l.At.Before(act.At.Truncate(time.Millisecond))
	})
}

// ran is which commands the scripts took to a good end.
type ran struct {
	mu   sync.Mutex
	good map[string]bool
}

func (r *ran) add(calls []call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range calls {
		if c.Code == 0 || c.Code == 7 { // done, or done with findings
			r.good[cli.CommandOf(c.Args)] = true
		}
	}
}

// Why a command is run by no script.
const (
	ofItsOwn = "makes people of its own, in a folder of its own"
	anAct    = "does one thing, which the service that does it has on record; what it says of people are the ids that it was given"
	counted  = "says counts, and of people nothing"
	sealed   = "copies what lies sealed as it lies, and opens none of it"
	served   = "its pages and operations are held against the log by the tests of those"
)

// elsewhere are the commands that no script runs, with the reason why nobody's
// data are shown by them without a trace.
var elsewhere = map[string]string{
	"bench decide": ofItsOwn, "bench import": ofItsOwn, "bench job": ofItsOwn, "bench page": ofItsOwn, "bench pay": ofItsOwn,
	"bench spine": ofItsOwn, "bench try": ofItsOwn, "simulate pay": ofItsOwn, "serve": served,
	"determine reject": anAct, "document withdraw": anAct, "goods handover": anAct, "goods issue": anAct, "goods receive": anAct,
	"duty appeal": anAct, "duty assess": anAct, "duty decide": anAct, "duty import": anAct, "duty notify": anAct, "duty open": anAct,
	"duty report": anAct, "duty verify": anAct, "match again": anAct, "match aside": anAct,
	"outcome graduation approve": anAct, "outcome graduation propose": anAct, "outcome graduation reject": anAct,
	"pay claim decide": anAct, "pay claim repay": anAct, "pay claim waive": anAct, "pay collect": anAct, "pay enquire": anAct, "pay sheets": anAct,
	"retention approve": anAct, "retention propose": anAct, "retention reject": anAct, "rights refuse": anAct,
	"backup": sealed, "restore": sealed, "pay restored": counted, "pay restored say": anAct, "pay restored approve": anAct, "pay restored reject": anAct,
	"targeting model enact": anAct, "targeting model reject": anAct, "whatif propose": anAct,
	"whatif compare": counted, "whatif drop": counted, "import mapping show": counted,
}

// whole holds the scripts against the tree of commands: each has been run and
// held against the log, or says why not.
func (r *ran) whole(t *testing.T) {
	var missed []string
	for _, c := range cli.Commands() {
		if !r.good[c] && elsewhere[c] == "" {
			missed = append(missed, c)
		}
	}
	for c := range maps.Keys(elsewhere) {
		if !slices.Contains(cli.Commands(), c) {
			t.Errorf("there is no command gotong %s", c)
		}
	}
	if len(missed) > 0 {
		t.Errorf("no script runs these to a good end, and nothing says why nobody's data are shown by them:\n%s", strings.Join(missed, "\n"))
	}
}
