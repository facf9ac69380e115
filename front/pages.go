package front

import (
	"crypto/ed25519"
	"net/http"
	"slices"

	"waylight/front/internal/letterbox"
	"waylight/front/internal/noticeboard"
)

// pages makes the function that serves the pages of all organisations: of those
// with a path of their own below it, of the others at the root. Where every one
// has a path, the first stands at the root too. all are the places where pages stand.
func (c Config) pages(b *noticeboard.Board, common letterbox.Config) (serve func(root *http.ServeMux) http.Handler, all []place, err error) {
	var together []Organisation
	var apart []place
	for _, o := range c.Organisations {
		if o.Path == "" {
			together = append(together, o)
			continue
		}
		box, err := letterbox.New(fill(common, b, "/"+o.Path, o))
		if err != nil {
			return nil, nil, err
		}
		apart = append(apart, place{"/" + o.Path, box})
	}
	if len(together) == 0 && len(c.Organisations) > 0 {
		together = c.Organisations[:1]
	}
	config := fill(common, b, "", together...)
	config.Channel = b.View() // the script speaks to the root, whatever page it runs in
	box, err := letterbox.New(config)
	if err != nil {
		return nil, nil, err
	}
	all = append(slices.Clone(apart), place{"", box})
	return func(root *http.ServeMux) http.Handler {
		for _, p := range apart {
			mux := http.NewServeMux()
			p.box.Board.Register(mux, p.box.Missing())
			noticeboard.Logs(mux, p.box.Board)
			root.Handle(p.base+"/", http.StripPrefix(p.base, p.box.Handler(mux)))
		}
		noticeboard.Logs(root, config.Channel)
		config.Board.Register(root, box.Missing())
		return box.Handler(root)
	}, all, nil
}

// place is a letterbox below a path of its own, or at the root.
type place struct {
	base string
	box  *letterbox.Box
}

// fill gives the pages at one address what their organisations decided; where
// several stand together, each form leads to the first one's channel.
func fill(out letterbox.Config, b *noticeboard.Board, base string, shown ...Organisation) letterbox.Config {
	keys := make([]ed25519.PublicKey, len(shown))
	out.Base, out.Channels = base, map[string]string{}
	for i, o := range shown {
		keys[i] = o.Key
		for _, ch := range o.Channels {
			if out.Channels[ch.Form] == "" {
				out.Channels[ch.Form] = ch.ID
			}
		}
		if out.Urgent == "" {
			out.Urgent = o.Urgent
		}
		out.Ways = append(out.Ways, o.Ways...)
	}
	out.Board = b.View(keys...)
	out.Petitions = out.Petitions.View(keys...)
	return out
}
