package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Commands lists every command that does something, by its words.
func Commands() []string {
	var all []string
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Runnable() {
			all = append(all, words(c))
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(quiet())
	return all
}

// CommandOf returns the words of the command that a call is of, "" where it is
// of none.
func CommandOf(args []string) string {
	c, _, err := quiet().Find(args)
	if err != nil {
		return ""
	}
	return words(c)
}

func words(c *cobra.Command) string { return strings.TrimPrefix(c.CommandPath(), "gotong ") }

func quiet() *cobra.Command {
	return newRoot(&env{out: io.Discard, err: io.Discard, in: strings.NewReader(""), flags: map[string]string{}})
}
