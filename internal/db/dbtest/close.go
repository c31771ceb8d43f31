package dbtest

import (
	"os"
	"testing"
)

// Main runs a package's tests and then removes the server's folder. A
// package whose tests use PostgreSQL calls it from TestMain:
//
//	func TestMain(m *testing.M) { dbtest.Main(m) }
func Main(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}
