package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"gotong/internal/fault"
)

// Dump is the file that a copy of a PostgreSQL database is: its own dump.
const Dump = "gotong.dump"

// dump has pg_dump write the database as one of its transactions sees it.
func (d *DB) dump(ctx context.Context, to string) error {
	if err := private(to); err != nil {
		return err
	}
	if err := program(ctx, d.url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file="+to); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return disk(syncFile(to))
}

// Refill fills an empty PostgreSQL database with a dump, all of it or nothing.
// It returns fault.Conflict where the database holds something already.
func Refill(ctx context.Context, url, dump string) error {
	if err := empty(ctx, url); err != nil {
		return err
	}
	return program(ctx, url, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname=", dump)
}

// Emptied takes away what Refill put into a database that was empty before.
func Emptied(ctx context.Context, url string) error {
	return onPostgres(ctx, url, func(conn *sql.DB) error {
		_, err := conn.ExecContext(ctx, "DROP SCHEMA public CASCADE")
		if err == nil {
			_, err = conn.ExecContext(ctx, "CREATE SCHEMA public")
		}
		return err
	})
}

// empty refuses a database that holds anything.
func empty(ctx context.Context, url string) error {
	return onPostgres(ctx, url, func(conn *sql.DB) error {
		var n int
		err := conn.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname = 'public')
			+ (SELECT count(*) FROM pg_proc p JOIN pg_namespace s ON s.oid = p.pronamespace WHERE s.nspname = 'public')`).Scan(&n)
		if err != nil {
			return unavailable(err)
		}
		if n > 0 {
			return fault.Conflict("db.not_empty")
		}
		return nil
	})
}

func onPostgres(ctx context.Context, url string, fn func(*sql.DB) error) error {
	d, err := openPostgres(Config{URL: url})
	if err != nil {
		return err
	}
	defer d.notes.Close()
	defer d.write.Close()
	if err := d.write.PingContext(ctx); err != nil {
		return fault.Unavailable("db.unreachable").Because(err)
	}
	return fn(d.write)
}

// program runs one of PostgreSQL's own programs on a database. The address
// goes by the environment: it can hold a password, and what a program is
// called with anybody can see. An argument that ends in --dbname= is given the
// database's name.
func program(ctx context.Context, url, name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return fault.Unavailable("db.no_program", "program", name).Because(err)
	}
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return fault.Invalid("db.bad_url").Because(errors.New("not a postgres:// address"))
	}
	for i := range args {
		if args[i] == "--dbname=" {
			args[i] += c.Database
		}
	}
	run := exec.CommandContext(ctx, path, append([]string{"--no-password"}, args...)...)
	run.Env = append(os.Environ(), "PGHOST="+c.Host, "PGPORT="+strconv.Itoa(int(c.Port)), "PGUSER="+c.User, "PGPASSWORD="+c.Password, "PGDATABASE="+c.Database)
	if c.TLSConfig != nil {
		run.Env = append(run.Env, "PGSSLMODE=require")
	}
	var said bytes.Buffer
	run.Stderr = &said
	if err := run.Run(); err != nil {
		if ctx.Err() != nil {
			return unavailable(ctx.Err())
		}
		what, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return fault.Unavailable("db.program_failed", "program", name, "what", what).Because(fmt.Errorf("%w: %s", err, said.String()))
	}
	return nil
}
