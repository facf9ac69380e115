package ui

import (
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/serve"
)

// Stories are the pages that say why something did not work.
func Stories() []Story {
	set := Must(Parse(templates, "templates/problem/*.html"))
	story := func(name string, inside bool, p serve.Problem) Story {
		return Story{Name: "problem/" + name, Set: set, Template: "problem", View: func(w i18n.Words) any {
			f := Example(w, w.T(problemTitle(p.Kind)), "/cases/x")
			if !inside {
				f = Frame{View: page.View{Words: w, Title: w.T(problemTitle(p.Kind)), Site: "Waylight", Path: "/cases/x", Form: page.Form{Words: w}}}
			}
			return problemPage(f, p)
		}}
	}
	missing := fault.Missing()
	return []Story{
		story("missing", true, serve.Problem{Kind: fault.NotFound, Message: missing.Message}),
		story("missing-outside", false, serve.Problem{Kind: fault.NotFound, Message: missing.Message}),
		story("invalid", true, serve.Problem{Kind: fault.Invalid, Message: "Please look at the marked fields.", Fields: []fault.Field{{Name: "a", Message: "Write a whole number, such as 12."}, {Name: "b", Message: "Write the day as 2017-04-09."}}}),
		story("ours", true, serve.Problem{Kind: fault.Internal, Message: "Something went wrong on our side. Nothing you did caused it.", ID: "problem_bqk3examplebqk3examplebqk3"}),
		story("too-large", true, serve.Problem{Kind: fault.TooLarge, Message: "This is larger than can be received here."}),
	}
}
