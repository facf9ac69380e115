package linkage

import (
	"math"
	"slices"
	"strings"
)

// asked turns the names of settings into passes. A first name that begins with
// "sorted: " or "sorted from the end: " asks for a neighbourhood.
func asked(parts []*part, wanted [][]string) ([]*pass, error) {
	var all []*pass
	for _, names := range wanted {
		p := &pass{cap: maxGroup}
		if slices.Equal(names, []string{everyPair}) {
			all = append(all, &pass{cap: math.MaxInt})
			continue
		}
		for i, name := range names {
			if i == 0 {
				var back bool
				if name, back = strings.CutPrefix(name, "sorted from the end: "); back {
					p.sorted, p.backward, p.cap = true, true, neighbours
				} else if name, p.sorted = strings.CutPrefix(name, "sorted: "); p.sorted {
					p.cap = neighbours
				}
			}
			for _, one := range strings.Split(name, " + ") {
				i := slices.IndexFunc(parts, func(t *part) bool { return t.name == one })
				if i < 0 {
					var known []string
					for _, t := range parts {
						known = append(known, t.name)
					}
					return nil, &Problem{List: "settings", What: "there is no key " + clip(one) + " to block on", Todo: "the keys are: " + strings.Join(known, ", ")}
				}
				p.parts = append(p.parts, parts[i])
			}
		}
		if len(p.parts) == 0 || len(p.parts) > 2 {
			return nil, &Problem{List: "settings", What: "a key to block on has one part or two", Todo: "write it as [\"surname\", \"date_of_birth\"]"}
		}
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b *pass) int {
		if a.sorted == b.sorted {
			return 0
		} else if b.sorted {
			return -1
		}
		return 1
	})
	return all, nil
}
