package reactionweb

import (
	"time"

	"waylight/desk/internal/reactions"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// Stories are the room's pages in their states. Every statement in them is invented.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	story := func(name, template string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "reactions/" + name, Set: set, Template: template, View: view}
	}
	frame := func(w i18n.Words) ui.Frame { return ui.Example(w, "x", "/campaign", staff.Advocate) }
	at := time.Date(2017, 5, 2, 8, 0, 0, 0, time.UTC)
	all := []reactions.Reaction{
		{ID: "reaction_a", Title: "An invented headline of an invented paper", Speaker: "The Invented Times", Day: "2017-05-01", At: at, Revision: 1},
		{ID: "reaction_b", Words: "An invented statement that denies what happened, and that is rather long, so that one sees how the list shortens what nobody wants to read twice in a table.", Speaker: "An invented spokesman", Day: "2017-04-20", At: at, Tone: reactions.Hostile,
			Harms: []reactions.Harm{reactions.Denying, reactions.Blaming}, Note: "It says that nobody was hurt, and that they asked for it.", Decision: reactions.Answer, Reply: "Put the numbers with their sources beside it.", Reader: "member_a", ReadAt: at, Revision: 2},
		{ID: "reaction_c", Title: "An invented report", Speaker: "Invented Radio", Day: "2017-04-19", At: at, Tone: reactions.Neutral, Revision: 2}, {ID: "reaction_d", Title: "An invented vigil", Speaker: "Invented Post", Day: "2017-05-01", At: at, Tone: reactions.Support, Revision: 2},
	}
	sources := []reactions.Source{{ID: "feed_a", Name: "The Invented Times", URL: "https://times.example.org/feed.xml", Looked: at}, {ID: "feed_b", Name: "Invented Radio", URL: "https://radio.example.org/rss", Looked: at, Trouble: "fetch: the server answers 503"}, {ID: "feed_c", Name: "Invented Post", URL: "https://post.example.org/atom", Paused: true}}
	names := map[string]string{"member_a": "Example Member"}
	return []ui.Story{
		story("empty", "reactions", func(w i18n.Words) any { return listPage(frame(w), nil, nil, "", "2017-05-02") }),
		story("list", "reactions", func(w i18n.Words) any { return listPage(frame(w), all, sources, "", "2017-05-02") }),
		story("harmful", "reactions", func(w i18n.Words) any { return listPage(frame(w), all, sources, "harmful", "2017-05-02") }),
		story("unread", "reaction", func(w i18n.Words) any { return readPage(frame(w), all[0], names) }),
		story("read", "reaction", func(w i18n.Words) any { return readPage(frame(w), all[1], names) }),
		story("read-errors", "reaction", func(w i18n.Words) any {
			f := frame(w)
			f.Form.Errors = []fault.Field{{Name: "tone", Message: "Choose how it speaks of the people concerned."}, {Name: "note", Message: "Say what it does, in your own words: a harm without a reason helps nobody."}}
			return readPage(f, all[0], names)
		}),
		story("feeds", "feeds", func(w i18n.Words) any { return feedsPage(frame(w), sources, true) }),
		story("feeds-off", "feeds", func(w i18n.Words) any { return feedsPage(frame(w), nil, false) }),
	}
}
