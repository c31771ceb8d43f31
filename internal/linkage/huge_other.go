//go:build !linux

package linkage

// inHugePages does nothing where the system is not asked.
func inHugePages[T any]([]T) {}
