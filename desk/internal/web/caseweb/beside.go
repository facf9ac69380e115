package caseweb

import "waylight/desk/internal/web/ui"

// Beside is what another room shows on the pages of a case.
type Beside struct {
	Link  Link // to its own page, among the tabs
	Count int
	Alarm []Line
	Todo  []Line // beside what is next
}

// beside puts what another room shows of the case into its pages.
func (v *blocksView) beside(b Beside, tab string) {
	v.Head.Alarm = append(v.Head.Alarm, b.Alarm...)
	v.Head.Tabs.Items = append(v.Head.Tabs.Items, ui.Item{Label: b.Link.Text, Path: b.Link.Href, Count: b.Count})
	if tab == "overview" && len(b.Todo) > 0 {
		v.Main[0].Todo, v.Main[0].Empty = append(v.Main[0].Todo, b.Todo...), nil
	}
}
