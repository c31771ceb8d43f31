package db

// Waiting returns how many wait for the embedded database's writer.
func Waiting(d *DB) int {
	d.turns.mu.Lock()
	defer d.turns.mu.Unlock()
	return len(d.turns.queue)
}
