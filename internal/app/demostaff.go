package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"gotong/internal/access"
)

// demoStaff are the demo's people, one for each role and hand.
var demoStaff = []struct {
	login, name, unit string
	role              access.Role
	areas             []string
}{
	{"operator", "Siti Rohmah", "jakut/cilincing/kalibaru", access.Operator, []string{"3172041004"}},
	{"pendamping", "Agus Salim", "jakut/cilincing", access.Facilitator, []string{"317204"}},
	{"dinas", "Ratna Dewi", "dinsos", access.Officer, []string{"3172", "3674"}},
	{"pengelola", "Bambang Prakoso", "kemensos/linjamsos", access.Manager, []string{"3172", "3674"}},
	{"kepala", "Nur Hidayati", "kemensos/linjamsos", access.Manager, []string{"3172", "3674"}},
	{"bendahara", "Yohana Sitompul", "kemensos/keuangan", access.Treasurer, []string{"3172", "3674"}},
	{"ppk", "I Made Sudana", "kemensos/keuangan", access.Checker, []string{"3172", "3674"}},
	{"kpa", "Hj. Fatimah Azzahra", "kemensos/linjamsos", access.Releaser, []string{"3172", "3674"}},
	{"perencana", "Dian Permata", "bappeda", access.Planner, []string{"3674"}},
	{"pemeriksa", "Tb. Ahmad Fauzi", "inspektorat", access.Auditor, []string{"3172", "3674"}},
	{"admin", "Eko Saputra", "pusdatin", access.Admin, []string{"*"}},
}

// passwordWords make passwords that can be read over the telephone. Each
// account of each demo gets its own, truly random one.
var passwordWords = strings.Fields(`angin awan bambu batu bintang bukit bulan bunga burung cemara daun delima embun
	fajar garam gelombang gula gunung hujan ikan jagung jalan jambu jendela kapal kapas karang kebun kelapa kerang
	kolam kopi kunyit ladang langit laut lereng madu mangga matahari melati merpati muara nanas padi pagi pantai
	payung perahu pinang pisang pohon rumput salak sawah senja serai sungai tanah tebu telaga teratai tikar ubi`)

const wordsOfPassword = 4

func newPassword() (string, error) {
	words := make([]string, wordsOfPassword)
	for i := range words {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(passwordWords))))
		if err != nil {
			return "", fmt.Errorf("app: %w", err)
		}
		words[i] = passwordWords[n.Int64()]
	}
	return strings.Join(words, " "), nil
}

// hire makes the demo's accounts and keeps their sign-ins, for their owner
// alone, in demo/sign-ins.txt.
func (d *demo) hire(ctx context.Context) error {
	d.staff = map[string]access.Actor{}
	d.progress.Stage("staff", int64(len(demoStaff)))
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for _, s := range demoStaff {
		password, err := newPassword()
		if err != nil {
			return err
		}
		scope := access.Areas(s.areas...)
		if s.areas[0] == "*" {
			scope = access.Nation()
		}
		kept, err := d.app.Access.Bootstrap(ctx, access.Staff{Login: s.login, Name: s.name, Roles: []access.Role{s.role}, Scope: scope, Unit: s.unit}, password)
		if err != nil {
			return err
		}
		d.staff[s.login] = kept.Actor()
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.login, password, s.role, s.name)
		d.progress.Add("", 1)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.dir, "sign-ins.txt"), []byte(b.String()), 0o600)
}
