// Command gotong is the integrated social-protection system: register,
// verify, rank, determine, deliver, follow, graduate.
package main

import (
	"os"

	"gotong/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
