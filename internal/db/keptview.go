package db

import "time"

// keptFor is how long a view is kept that nobody uses.
const keptFor = 5 * time.Millisecond

// begin begins a view, in place of an older one. One that reads the mapped
// file sees from here on what is on record now; what is known of the schema is
// forgotten where that was changed.
func (r *reader) begin() error {
	if err := r.end(); err != nil {
		return err
	}
	if err := r.session.do("BEGIN"); err != nil {
		return err
	}
	r.seeing = true
	if !r.session.mapped {
		return nil
	}
	return r.session.seeSchema()
}

// end ends the view.
func (r *reader) end() error {
	r.seeing = false
	if r.session.broken {
		return errTorn
	}
	if r.session.inTransaction() {
		return r.session.do("ROLLBACK")
	}
	return nil
}

// nextTurn ends the views that nobody uses; those in use end when they are
// given back.
func (rs *readers) nextTurn() {
	rs.mu.Lock()
	rs.turn++
	rs.turning = false
	ill := rs.endIdle()
	rs.mu.Unlock()
	for _, r := range ill {
		rs.drop(r)
	}
}

// rest ends the views that nobody uses, and keeps none until resume: whoever
// calls it is about to commit.
func (rs *readers) rest() {
	rs.mu.Lock()
	rs.writers++
	ill := rs.endIdle()
	rs.mu.Unlock()
	for _, r := range ill {
		rs.drop(r)
	}
}

// resume lets views be kept again.
func (rs *readers) resume() {
	rs.mu.Lock()
	rs.writers--
	rs.mu.Unlock()
}

// endIdle ends the views of those that are free. It returns, and takes away,
// those whose view does not end.
func (rs *readers) endIdle() (ill []*reader) {
	well := rs.free[:0]
	for _, r := range rs.free {
		if r.seeing && r.end() != nil {
			ill = append(ill, r)
			continue
		}
		well = append(well, r)
	}
	clear(rs.free[len(well):])
	rs.free = well
	return ill
}
