package press

import (
	"slices"
	"strings"

	"waylight/desk/internal/publish"
	"waylight/internal/i18n"
)

// versionView is an earlier version of a report.
type versionView struct {
	Number  int
	AsOf    string
	Href    string
	Changed []string
}

type memorialView struct {
	Document
	Names []nameView
}

// nameView is somebody who is remembered.
type nameView struct {
	Name  string
	Words []string
}

func remember(w i18n.Words, all []publish.Remembered) []nameView {
	out := make([]nameView, len(all))
	for i, m := range all {
		out[i].Name = m.Name
		for part := range strings.Lines(m.Words.In(w.Tag())) {
			if part = strings.TrimSpace(part); part != "" {
				out[i].Words = append(out[i].Words, part)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b nameView) int { return strings.Compare(a.Name, b.Name) })
	return out
}
