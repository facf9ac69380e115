package noticeboard

import (
	"crypto/ed25519"
	"slices"
	"strings"

	"waylight/internal/bundle"
)

// View is the part of a board that visitors of one address see: the channels and
// pages of some organisations and nothing of the others.
type View struct {
	board *Board
	shows []Organisation
}

// View shows the organisations with these keys; without keys all of them.
func (b *Board) View(keys ...ed25519.PublicKey) *View {
	v := &View{board: b}
	for _, o := range b.organisations {
		if len(keys) == 0 || slices.ContainsFunc(keys, func(k ed25519.PublicKey) bool { return k.Equal(o.Key) }) {
			v.shows = append(v.shows, o)
		}
	}
	return v
}

// Key returns the current key bundle of a channel that can be seen here.
func (v *View) Key(channel string) (Key, bool) {
	for _, o := range v.shows {
		if slices.Contains(o.Channels, channel) {
			return v.board.key(channel)
		}
	}
	return Key{}, false
}

// Channels lists the channels that can be written to: those with a key, in the
// order of the configuration.
func (v *View) Channels() []Key {
	var all []Key
	for _, o := range v.shows {
		for _, c := range o.Channels {
			if k, ok := v.board.key(c); ok {
				all = append(all, k)
			}
		}
	}
	return all
}

// Report returns the path of the page that a visitor should be led to: the
// first page in this language in the manifest of the first organisation that
// has one.
func (v *View) Report(lang string) (path string, ok bool) {
	now := v.board.shown.Load()
	for _, o := range v.shows {
		for _, p := range now.manifests[bundle.ID(o.Key)].Pages.Pages {
			if p.Lang == lang && strings.HasPrefix(p.Type, "text/html") {
				return p.Path, true
			}
		}
	}
	return "", false
}

// find looks for a page; of two organisations at one address the first wins a path.
func (v *View) find(path string) (page, bool) {
	now := v.board.shown.Load()
	for _, o := range v.shows {
		if p, ok := now.pages[bundle.ID(o.Key)][path]; ok {
			return p, true
		}
	}
	return page{}, false
}

// Edition stands for what is shown at this moment: it is another value, for ==,
// after whatever was posted, before the posting is acknowledged.
func (v *View) Edition() any { return v.board.shown.Load() }

// Bodies are the pages that can be found here, by their paths below /p/. Nobody may change them.
func (v *View) Bodies() map[string][]byte {
	all, now := map[string][]byte{}, v.board.shown.Load()
	for _, o := range v.shows {
		for path, p := range now.pages[bundle.ID(o.Key)] {
			if _, taken := all[path]; !taken {
				all[path] = p.body
			}
		}
	}
	return all
}
