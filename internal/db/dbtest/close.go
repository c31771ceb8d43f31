package dbtest

import (
	"os"
	"testing"
)

// Main runs a package's tests and then removes the server's folder. A
// package whose tests use PostgreSQL calls it from TestMain:
//
//	func TestMain(m *testing.M) { dbtest.Main(m) }
func Main(m *testing.M) { os.Exit(Run(m)) }

// Run is Main for a package that has more to remove: it returns the code to
// exit with.
func Run(m *testing.M) int {
	code := m.Run()
	stop()
	return code
}
