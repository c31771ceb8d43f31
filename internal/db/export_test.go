package db

import "time"

// Waiting returns how many wait for the embedded database's writer.
func Waiting(d *DB) int {
	d.turns.mu.Lock()
	defer d.turns.mu.Unlock()
	return len(d.turns.queue)
}

// NeverTooOld has acts join a group however long those before them took, as
// they would on a machine that nothing else keeps busy.
func NeverTooOld(d *DB) {
	d.turns.mu.Lock()
	defer d.turns.mu.Unlock()
	d.turns.longest = time.Hour
}

// Dir returns the data folder.
func Dir(d *DB) string { return d.dir }
