package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

func userCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "user", Short: "Staff accounts"}
	c.AddCommand(userAdd(e), userList(e))
	return c
}

func userAdd(e *env) *cobra.Command {
	var staff access.Staff
	var roles, areas []string
	c := &cobra.Command{
		Use: "add", Short: "Add a member of staff; the password is asked for, or read from standard input", Args: cobra.NoArgs,
		Example: `  gotong user add --data office --login sri --name "Sri Wahyuni" --role officer --area 3674`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			password, err := e.password()
			if err != nil {
				return err
			}
			for _, r := range roles {
				staff.Roles = append(staff.Roles, access.Role(r))
			}
			return e.withNew(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if staff.Scope, err = scopeOf(a, areas); err != nil {
					return err
				}
				kept, err := a.Access.Bootstrap(ctx, staff, password)
				if err != nil {
					return err
				}
				e.printf("%s (%s)\n", kept.Login, strings.Join(roles, ", "))
				return e.result(map[string]string{"id": kept.ID.String(), "login": kept.Login})
			})
		},
	}
	f := c.Flags()
	f.StringVar(&staff.Login, "login", "", "login: small letters, digits, dots and dashes")
	f.StringVar(&staff.Name, "name", "", "full name")
	f.StringVar(&staff.Unit, "unit", "", "office, such as tangsel/dinsos")
	f.StringSliceVar(&roles, "role", nil, "role, may be repeated: "+roleNames())
	f.StringSliceVar(&areas, "area", nil, "area code, may be repeated; * for all of Indonesia")
	for _, name := range []string{"login", "name", "role", "area"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
	return c
}

func roleNames() string {
	names := make([]string, len(access.Roles))
	for i, r := range access.Roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// scopeOf checks that every area exists.
func scopeOf(a *app.App, areas []string) (access.Scope, error) {
	var codes []string
	for _, area := range areas {
		if area == "*" {
			return access.Nation(), nil
		}
		code, err := a.Atlas.Parse(area)
		if err != nil {
			return access.Scope{}, err
		}
		codes = append(codes, code)
	}
	return access.Areas(codes...), nil
}

// password asks for a password.
func (e *env) password() (string, error) { return e.unseen("access.password", "cli.no_password") }

// unseen asks on a terminal for what nobody may read, and reads a line
// elsewhere. It is never a flag: flags stand in shell histories and process
// lists.
func (e *env) unseen(ask, none string) (string, error) {
	if f, ok := e.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(e.err, i18n.T(e.lang, ask)+": ")
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(e.err)
		return string(b), err
	}
	lines := bufio.NewScanner(e.in)
	if !lines.Scan() {
		return "", fault.Invalid(none)
	}
	return lines.Text(), nil
}

func userList(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List staff accounts", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				all, err := a.Access.All(ctx)
				if err != nil {
					return err
				}
				type row struct {
					Login  string        `json:"login"`
					Name   string        `json:"name"`
					Roles  []access.Role `json:"roles"`
					Areas  string        `json:"areas"`
					Active bool          `json:"active"`
				}
				rows := []row{}
				w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
				for _, s := range all {
					rows = append(rows, row{s.Login, s.Name, s.Roles, s.Scope.String(), s.Active})
					if !e.json {
						fmt.Fprintf(w, "%s\t%s\t%v\t%s\n", s.Login, s.Name, s.Roles, s.Scope)
					}
				}
				if err := w.Flush(); err != nil {
					return err
				}
				return e.result(map[string]any{"staff": rows})
			})
		},
	}
}
