package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"waylight/internal/bundle"
	"waylight/internal/wire"
)

// verifyReport checks files of a report that somebody has: whether the organisation
// signed these very bytes, and under which name and version. The signed list comes
// from the Front, or from a file that was kept beside the report.
func verifyReport(ctx context.Context, t terminal, args []string) error {
	var files []string
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		files, args = append(files, args[0]), args[1:]
	}
	if len(files) == 0 {
		return &usage{"say which file: verify report FILE --front URL"}
	}
	var o options
	var list string
	err := o.parse("verify", t, args, func(fs *flag.FlagSet) {
		fs.StringVar(&o.org, "org", "", "fingerprint of the organisation (from a poster or the phone)")
		fs.StringVar(&list, "list", "", "signed list of pages that was kept (/p/manifest of that day), instead of the Front's of today")
	})
	if err != nil {
		return err
	}
	published, err := o.open().Channels(ctx)
	if err != nil {
		return explain(err)
	}
	pages, who, err := o.signedPages(ctx, published, list)
	if err != nil {
		return err
	}
	wrong := 0
	var seen []reportFile
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		f := reportFile{File: name, SHA256: hex.EncodeToString(sum[:])}
		for _, p := range pages.Pages {
			if p.SHA256 == f.SHA256 {
				f.Pages = append(f.Pages, p.Path)
			}
		}
		if len(f.Pages) == 0 {
			wrong++
		}
		seen = append(seen, f)
	}
	if o.json {
		err = json.NewEncoder(t.out).Encode(struct {
			Organisation string       `json:"organisation"`
			Serial       uint64       `json:"serial"`
			Day          string       `json:"day"`
			Files        []reportFile `json:"files"`
		}{who, pages.Serial, string(pages.Day), seen})
		if err != nil {
			return err
		}
	} else {
		fmt.Fprintf(t.out, "organisation  %s\nlist          no. %d of %s\n", who, pages.Serial, visible(string(pages.Day)))
		for _, f := range seen {
			if len(f.Pages) == 0 {
				fmt.Fprintf(t.out, "NOT SIGNED    %s\n", visible(f.File))
				continue
			}
			for _, p := range f.Pages {
				fmt.Fprintf(t.out, "signed        %s is %s\n", visible(f.File), visible(p))
			}
		}
	}
	if wrong > 0 {
		return &hint{fmt.Errorf("%d of %d files are not what the organisation has signed", wrong, len(files)), "they may be altered, or belong to a version that was taken down; a list kept from that day can be given with --list"}
	}
	if o.org == "" && !o.json {
		fmt.Fprintln(t.out, "whose key that is, compare with what the organisation tells you, or give it with --org")
	}
	return nil
}

// reportFile is one file and the names under which its bytes were signed.
type reportFile struct {
	File   string   `json:"file"`
	SHA256 string   `json:"sha256"`
	Pages  []string `json:"pages"`
}

// signedPages finds the list of pages of the organisation that is asked for, else of
// the first one that has any.
func (o *options) signedPages(ctx context.Context, published wire.Channels, list string) (bundle.Pages, string, error) {
	kept := []byte(nil)
	if list != "" {
		var err error
		if kept, err = os.ReadFile(list); err != nil {
			return bundle.Pages{}, "", err
		}
	}
	known := false
	for _, c := range published.Channels {
		if o.org != "" && !bundle.Matches(c.OrganisationKey, o.org) {
			continue
		}
		if _, err := bundle.OpenKeys([]byte(c.Keys), c.OrganisationKey); err != nil {
			continue // not the key that it says
		}
		known = true
		note := kept
		if list == "" {
			status, body, err := o.open().Get(ctx, "/p/manifest/"+bundle.ID(c.OrganisationKey))
			if err != nil {
				return bundle.Pages{}, "", explain(err)
			}
			if status != 200 {
				continue
			}
			note = body
		}
		pages, err := bundle.OpenPages(note, c.OrganisationKey)
		if err == nil {
			return pages, bundle.Fingerprint(c.OrganisationKey), nil
		}
		if list == "" {
			return pages, "", &hint{errors.New("the list of pages is not signed by the organisation"), "do not trust this server, and tell the organisation by another way"}
		}
	}
	if !known {
		return bundle.Pages{}, "", &hint{errors.New("this Front is not of the organisation that you named"), "compare the fingerprint with what the organisation itself tells you"}
	}
	return bundle.Pages{}, "", &hint{errors.New("no signed list of pages is there"), "nothing is published, or the list that you gave is another organisation's"}
}
