// Package policy embeds the rules of conduct that are numbers and belong to
// no programme, indicator or model. An office puts its own files of the same
// form into the policy folder of its data.
package policy

import "embed"

// Files holds every NAME.yaml of this folder.
//
//go:embed *.yaml
var Files embed.FS
