package db

import (
	"runtime/debug"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// mappedMost is more than any file has.
const mappedMost = 1 << 46

// mapFile has the session read the database from the system's memory where it
// lies, instead of copying pages into its own. A look at an index then takes
// none of the locks that the engine's pages are under, which an import holds
// often, and no call of the system.
//
// The engine's own limit is 2 GiB, which a register of some millions is
// beyond: the limit of the file is raised past it.
func (s *session) mapFile() error {
	if err := s.do("PRAGMA mmap_size = 2147418112"); err != nil {
		return err
	}
	size := int(unsafe.Sizeof(uintptr(0)))
	at := s.tls.Alloc(size)
	defer s.tls.Free(size)
	if rc := sqlite3.Xsqlite3_file_control(s.tls, s.handle, 0, sqlite3.SQLITE_FCNTL_FILE_POINTER, at); rc != sqlite3.SQLITE_OK {
		return s.fail()
	}
	file := (*sqlite3.TunixFile)(outside(*(*uintptr)(outside(at))))
	if file.FmmapSizeMax > 0 { // nil would be a build of the engine that maps nothing
		file.FmmapSizeMax = mappedMost
	}
	s.mapped = true
	return nil
}

// errTorn is the answer where a page of a mapped file does not come: the disk
// fails, or somebody cut the file.
var errTorn = &engineError{sqlite3.SQLITE_IOERR_READ, "a page of the file cannot be read"}

// whole runs f, which reads the mapped file. A page that does not come would
// end the program; here it ends the session.
func (s *session) whole(f func() error) (err error) {
	if !s.mapped {
		return f()
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		fell := recover()
		if fell == nil {
			return
		}
		if _, ok := fell.(interface{ Addr() uintptr }); !ok {
			panic(fell)
		}
		s.broken, err = true, errTorn
	}()
	return f()
}
