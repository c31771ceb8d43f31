// Package locales embeds the sentences of the pages, messages and papers:
// one pair of files a domain, NAME.id.yaml and NAME.en.yaml, whose keys are
// prefixed with the file's name. A ministry edits them without Go.
package locales

import "embed"

// Files holds every NAME.LANG.yaml of this folder.
//
//go:embed *.yaml
var Files embed.FS
