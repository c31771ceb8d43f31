// Package processtest tests the program as what it is to an office: a process
// of its own on a disk of its own, which may be killed at any moment and may
// find no room left. What it acknowledged must stand, once; what it refused
// must have left nothing.
//
// A few cycles run with every test; GOTONG_SOAK has hundreds.
package processtest
