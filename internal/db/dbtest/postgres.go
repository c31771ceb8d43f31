package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver

	"gotong/internal/db"
)

// cluster is a PostgreSQL server of this test program's own, reached through
// a socket in its folder, with a migrated template database.
type cluster struct {
	dir    string
	admin  *sql.DB
	server *exec.Cmd
	ended  chan struct{} // closed when the server has ended
	err    error
}

// running is the cluster once it has been started, for stop.
var running atomic.Pointer[cluster]

func stop() {
	c := running.Load()
	if c == nil {
		return
	}
	if c.server != nil {
		_ = c.server.Process.Signal(syscall.SIGQUIT)
		<-c.ended
	}
	_ = os.RemoveAll(c.dir)
}

var databases atomic.Int64

var start = sync.OnceValue(func() *cluster {
	c := &cluster{}
	running.Store(c)
	c.err = c.start()
	return c
})

// PostgresURL returns the address of a fresh, migrated database.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return fresh(t, "template_gotong")
}

// EmptyURL returns the address of a fresh database in which there is nothing.
func EmptyURL(t testing.TB) string {
	t.Helper()
	return fresh(t, "template0")
}

func fresh(t testing.TB, template string) string {
	t.Helper()
	bin := postgresBin()
	if bin == "" {
		if os.Getenv("GOTONG_REQUIRE_POSTGRES") != "" {
			t.Fatal("dbtest: no PostgreSQL is installed; `make test` installs it")
		}
		t.Skip("no PostgreSQL is installed; `make test` installs it")
	}
	c := start()
	if c.err != nil {
		t.Fatal(c.err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := c.settle("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		if err := c.settle("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("dbtest: %v", err)
		}
	})
	return c.url(name)
}

// settle has the server make or drop a database. It waits five seconds itself
// for those who used it to leave; on a machine that stands still for longer it
// has to be asked again.
func (c *cluster) settle(statement string) error {
	for late := time.Now().Add(patience); ; {
		_, err := c.admin.Exec(statement)
		var said *pgconn.PgError
		if !errors.As(err, &said) || said.Code != "55006" || time.Now().After(late) { // object_in_use
			return err
		}
	}
}

func (c *cluster) url(database string) string {
	return fmt.Sprintf("postgres://postgres@/%s?host=%s", database, c.dir)
}

// postgresBin returns the newest folder of server programs that Debian's
// packages installed, or "".
func postgresBin() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	sort.Slice(found, func(i, j int) bool { return version(found[i]) < version(found[j]) })
	return filepath.Dir(found[len(found)-1])
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

func (c *cluster) start() error {
	dir, err := os.MkdirTemp("/tmp", "gotong-pg-")
	if err != nil {
		return err
	}
	c.dir = dir
	credential, err := serverUser(dir)
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(postgresBin(), "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.SysProcAttr = credential
	initdb.Dir = dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("dbtest: initdb: %w\n%s", err, out)
	}
	// What backends share lies in the server's folder: a container's own memory
	// for it may be too small.
	server := exec.Command(filepath.Join(postgresBin(), "postgres"), "-D", data, "-k", dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200",
		"-c", "shared_buffers=64MB", "-c", "dynamic_shared_memory_type=mmap")
	server.SysProcAttr = credential
	server.Dir = dir
	// The server ends with this program, however it ends.
	server.SysProcAttr.Pdeathsig = syscall.SIGINT
	if err := c.run(server); err != nil {
		return fmt.Errorf("dbtest: %w", err)
	}
	return c.connect()
}

// run starts the server and keeps its starter's thread for as long as it runs:
// the system takes that thread's end for the program's.
func (c *cluster) run(server *exec.Cmd) error {
	said, err := os.Create(filepath.Join(c.dir, "server.log"))
	if err != nil {
		return err
	}
	defer said.Close()
	server.Stdout, server.Stderr = said, said
	c.ended = make(chan struct{})
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := server.Start()
		started <- err
		if err == nil {
			_ = server.Wait()
			close(c.ended)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	c.server = server
	return nil
}

func (c *cluster) connect() error {
	admin, err := sql.Open("pgx", c.url("postgres"))
	if err != nil {
		return err
	}
	if err := c.await(admin); err != nil {
		said, _ := os.ReadFile(filepath.Join(c.dir, "server.log"))
		return fmt.Errorf("dbtest: the server does not answer: %w\n%s", err, said)
	}
	c.admin = admin
	if _, err := admin.Exec("CREATE DATABASE template_gotong"); err != nil {
		return fmt.Errorf("dbtest: %w", err)
	}
	d, err := db.Open(context.Background(), db.Config{URL: c.url("template_gotong")})
	if err != nil {
		return err
	}
	return d.Close()
}

// patience is how long a server may take to start, or to have its users leave, on
// a machine that does much else meanwhile.
const patience = 5 * time.Minute

// await waits until the server answers, or has ended.
func (c *cluster) await(admin *sql.DB) error {
	late := time.After(patience)
	for {
		err := admin.Ping()
		if err == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-c.ended:
			return err
		case <-late:
			return err
		}
	}
}

// serverUser returns how to run the server: as the package's user when this
// is root, which PostgreSQL refuses, and as ourselves otherwise.
func serverUser(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("dbtest: %w", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, fmt.Errorf("dbtest: %w", err)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}
