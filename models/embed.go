// Package models embeds the default scoring models and poverty lines. An
// office puts its own files of the same form into the models folder of its
// data; package targeting reads both.
package models

import "embed"

// Files holds every NAME.yaml of this folder.
//
//go:embed *.yaml
var Files embed.FS
