package web

import "mime/multipart"

// Upload is a file that came with a form.
type Upload struct {
	multipart.File
	Name string // as the sender's machine called it; never a path to use
	Size int64  // in bytes
}
