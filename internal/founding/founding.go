// Package founding carries the facts of the founding scenario, April 2017, and
// what was published about the same emergency afterwards.
//
// They are historical: no phone line, organisation or legal situation in them
// may be presented as current. They name no person in danger. The demo and the
// tests read them; a deployment is never filled with them by itself. The package
// refuses to interpret them (scenario does that) and imports embed only.
package founding

import _ "embed"

//go:embed scenario.json
var scenario []byte

//go:embed later.json
var later []byte

// Scenario returns a copy of the facts as reported on 9 April 2017.
func Scenario() []byte { return append([]byte(nil), scenario...) }

// Later returns a copy of what was published afterwards, each with its source.
func Later() []byte { return append([]byte(nil), later...) }
