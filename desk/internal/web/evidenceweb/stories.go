package evidenceweb

import (
	"net/url"
	"time"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/traces"
	"waylight/desk/internal/web/ui"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the pages of evidence in their states. Everything in them is invented.
func Stories() []ui.Story {
	return []ui.Story{
		story("evidence/list", "list", func(w i18n.Words) any { return newList(frame(w, "Files of the item"), item(), files(), true) }),
		story("evidence/list-empty", "list", func(w i18n.Words) any { return newList(frame(w, "Files of the item"), item(), nil, true) }),
		story("evidence/list-reader", "list", func(w i18n.Words) any { return newList(frame(w, "Files of the item"), item(), files(), false) }),
		story("evidence/list-error", "list", func(w i18n.Words) any {
			return newList(failed(w, "Files of the item", page.Form{Values: url.Values{"how": {"a phone"}}, Message: "Please look at the marked fields.", Errors: []fault.Field{
				{Name: "description", Message: "Say what it shows. A colleague must be able to decide whether to look."}, {Name: "file", Message: "Choose a file."}}}), item(), nil, true)
		}),
		story("evidence/file", "file", func(w i18n.Words) any { return newFile(frame(w, "A picture"), onePage(), people(), true) }),
		story("evidence/file-altered", "file", func(w i18n.Words) any {
			p := onePage()
			p.State, p.Facts.Graphic, p.Stamps, p.Sensitive = evidence.Altered, true, nil, true
			return newFile(frame(w, "A picture"), p, people(), true)
		}),
		story("evidence/file-closed", "file", func(w i18n.Words) any {
			return newFile(frame(w, "A file that is not open to you"), evidence.Page{Opened: evidence.Opened{File: files()[0].File, State: evidence.Good}, Events: onePage().Events}, people(), false)
		}),
		story("evidence/file-destroyed", "file", func(w i18n.Words) any {
			return newFile(frame(w, "A file that was destroyed"), evidence.Page{Opened: evidence.Opened{File: files()[0].File, Gone: true}, Events: []evidence.Event{{Detail: exhibit.Detail{Number: 1}}}}, people(), false)
		}),
		story("evidence/look-picture", "viewer", func(w i18n.Words) any { return look(w, "image/jpeg", page.Form{}) }),
		story("evidence/look-redact-error", "viewer", func(w i18n.Words) any {
			return look(w, "image/jpeg", page.Form{Values: url.Values{"areas": {"ten twenty"}}, Message: "Please look at the marked fields.",
				Errors: []fault.Field{{Name: "areas", Message: "Write one area in a line: left, top, right and bottom in percent, such as 10 20 35 40."}}})
		}),
		story("evidence/look-film", "viewer", func(w i18n.Words) any { return look(w, "video/mp4", page.Form{}) }),
		story("evidence/look-sound", "viewer", func(w i18n.Words) any { return look(w, "audio/wave", page.Form{}) }),
		story("evidence/look-document", "viewer", func(w i18n.Words) any { return look(w, "application/pdf", page.Form{}) }),
		story("evidence/look-other", "viewer", func(w i18n.Words) any { return look(w, "application/zip", page.Form{}) }),
		story("evidence/packages", "packages", func(w i18n.Words) any {
			return newPackages(frame(w, "Evidence packages"), []evidence.Package{pack("", ""), pack("member_b", "")}, people())
		}),
		story("evidence/packages-empty", "packages", func(w i18n.Words) any { return newPackages(frame(w, "Evidence packages"), nil, people()) }),
		story("evidence/package", "package", func(w i18n.Words) any {
			return newPackage(frame(w, "Evidence package"), pack("", ""), files()[:2], people(), nil, actor("member_b"))
		}),
		story("evidence/package-seen", "package", func(w i18n.Words) any {
			a := actor("member_s")
			a.Roles = append(a.Roles, staff.Security)
			return newPackage(frame(w, "Evidence package"), pack("", ""), files()[:2], people(), []evidence.Seen{
				{File: "evidence_a", Tells: traces.Kinds(), Unread: true, Blind: true, Hits: []evidence.Hit{{Kind: "name", Why: "parts", Gap: 1, Stops: true, Hidden: true, Term: 7}, {Kind: "name", Why: "shared", Picture: true}, {Kind: "phone", Why: "own", Stops: true, Lifted: true}}},
				{File: "evidence_b"}}, a)
		}),
		story("evidence/package-blind", "package", func(w i18n.Words) any {
			v := newPackage(frame(w, "Evidence package"), pack("", ""), files()[:2], people(), nil, actor("member_b"))
			v.Blind = true
			return v
		}),
		story("evidence/package-own", "package", func(w i18n.Words) any {
			return newPackage(frame(w, "Evidence package"), pack("", ""), files()[:2], people(), nil, actor("member_a"))
		}),
		story("evidence/package-agreed", "package", func(w i18n.Words) any {
			return newPackage(failed(w, "Evidence package", page.Form{Values: url.Values{}, Message: "This text gives away somebody whom the Desk protects, in paragraph %s. Change it, or ask the security officer.", Args: []any{"2"}}),
				pack("member_b", ""), files()[:2], people(), nil, actor("member_a"))
		}),
	}
}

func story(name, template string, view func(i18n.Words) any) ui.Story {
	return ui.Story{Name: name, Set: pages, Template: template, View: view}
}

func frame(w i18n.Words, title string) ui.Frame {
	return ui.Example(w, w.T(title), "/record/evidence/x", staff.Documenter, staff.Analyst)
}

func failed(w i18n.Words, title string, f page.Form) ui.Frame {
	v := frame(w, title)
	f.Words = w
	v.Form = f
	return v
}

var noon = time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)

func people() map[string]string {
	return map[string]string{"member_a": "Dora (invented)", "member_b": "Daniel (invented)"}
}

func actor(id string) staff.Actor {
	return staff.Actor{Member: staff.Member{ID: id, Roles: staff.Roles{staff.Documenter}}}
}

func item() record.Item {
	return record.Item{ID: "item_a", Title: "What a witness brought (invented)", Material: record.Photograph, Safe: "item_a"}
}

func files() []evidence.Opened {
	film := evidence.Facts{Name: "IMG_0001.mp4", Type: "video/mp4", Size: 734003200, Description: "A street by night, filmed from a window. Two cars stop; voices are heard for a long time, and nobody is seen (invented)."}
	photo := evidence.Facts{Name: "scan.jpg", Type: "image/jpeg", Size: 2097152, Description: "The back of a hand with a burn (invented).", Graphic: true, How: "taken with the phone of the witness"}
	return []evidence.Opened{
		{File: evidence.File{ID: "evidence_a", Item: "item_a", At: noon, By: "member_a"}, Facts: film, Open: true, State: evidence.Good},
		{File: evidence.File{ID: "evidence_b", Item: "item_a", At: noon.Add(time.Hour)}, Facts: photo, Open: true, State: evidence.Altered},
		{File: evidence.File{ID: "evidence_c", Item: "item_a", From: "evidence_b", Step: evidence.Redaction, At: noon.Add(2 * time.Hour)}, State: evidence.Good},
		{File: evidence.File{ID: "evidence_d", Item: "item_a", At: noon}, Gone: true},
	}
}

func onePage() evidence.Page {
	p := evidence.Page{Opened: files()[1], Item: item(), Made: files()[2:3], Parent: files()[0]}
	p.State, p.Facts.Graphic, p.From, p.Step = evidence.Good, false, "evidence_a", evidence.Frame
	for i, x := range []struct{ action, actor, purpose string }{{"evidence.received", "member_a", ""}, {"evidence.viewed", "member_b", "describe"}, {"evidence.rehashed", "desk", ""}} {
		p.Events = append(p.Events, evidence.Event{Detail: exhibit.Detail{Number: i + 1, Purpose: x.purpose}, At: noon.Add(time.Duration(i) * time.Hour), Actor: x.actor, Action: x.action})
	}
	p.Stamps = []evidence.Batch{{At: noon.Add(time.Hour), Authority: "CN=An authority (invented)"}}
	return p
}

func look(w i18n.Words, mediaType string, f page.Form) any {
	v := frame(w, "Look at the file")
	if f.Values != nil {
		v = failed(w, "Look at the file", f)
	}
	x := files()[1].Facts
	x.Type = mediaType
	return viewerOf(v, "evidence_b", x, "view_a", noon.Add(evidence.ViewFor), 2, true)
}

func pack(approved, _ string) evidence.Package {
	p := evidence.Package{ID: "package_a", Purpose: evidence.Court, Files: []string{"evidence_a", "evidence_b"}, By: "member_a", At: noon, ApprovedBy: approved}
	if approved != "" {
		p.ApprovedAt = noon.Add(time.Hour)
	}
	return p
}
