package deliverytest

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"gotong/internal/db/dbtest"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDir) != "" {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		_ = flag.Set("rapid.checks", fmt.Sprint(soak(12, 1000)))
	}
	dbtest.Main(m)
}
