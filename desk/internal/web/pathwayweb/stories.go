package pathwayweb

import "waylight/desk/internal/web/ui"

// Stories are the pages' states, with invented people.
func Stories() []ui.Story { return nil }
