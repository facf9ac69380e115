// Package pagescript builds the page's script and the second one that looks at
// files, from our sources and the vendored ones under third_party/js, with
// esbuild as a library.
//
// The build is deterministic, so that anybody can rebuild the served file from
// the repository and compare it byte for byte; a test does. It is for the build
// tool and tests, and is not part of any binary that serves. It may import
// esbuild.
package pagescript

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
)

// Where the parts stand, from the root of the repository.
const (
	Sources = "front/internal/letterbox/script"
	Built   = "front/internal/letterbox/static/waylight.js"
	Papers  = "front/internal/letterbox/static/papers.js" // loaded when a file is chosen
	Sign    = "front/internal/letterbox/static/sign.js"   // of the pages about petitions
	Vendor  = "third_party/js"
)

// banner keeps the licences of what is inside with the file.
const banner = "/* Waylight. Contains age-encryption (BSD-3-Clause, Filippo Valsorda), noble-curves, noble-hashes, " +
	"noble-ciphers, noble-post-quantum and scure-base (MIT, Paul Miller). Sources and licences: third_party/js. */"

const (
	entryMain   = "main.js"
	entryPapers = "papers.js"
	entrySign   = "sign.js"
)

// Both builds the page's two scripts. The hash of the second is built into the
// first, so that a browser runs no other one, and whoever compares the first has
// compared both.
func Both(root, modules string) (main, papers []byte, used []string, err error) {
	papers, second, err := Build(root, entryPapers, modules)
	if err != nil {
		return nil, nil, nil, err
	}
	main, used, err = Build(root, entryMain, modules)
	used = append(used, second...)
	sort.Strings(used)
	return main, papers, slices.Compact(used), err
}

// Signing builds the script of the pages about petitions. It uses nothing of the
// packages that the first script does not use.
func Signing(root, modules string) (script []byte, err error) {
	script, _, err = Build(root, entrySign, modules)
	return script, err
}

// Pack is a script as it travels to a browser that takes Brotli (RFC 7932): six
// times slower to make than a server should do by itself, a sixth smaller than gzip.
func Pack(script []byte) []byte {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	w.Write(script) //nolint:errcheck // a bytes.Buffer takes everything
	w.Close()
	return out.Bytes()
}

// Build bundles entry, a file name inside Sources or a path from root, with the
// packages of modules (a folder from root, such as Vendor, or an absolute path).
// It returns the script and the files of packages that went into it.
func Build(root, entry, modules string) (script []byte, used []string, err error) {
	if root, err = filepath.Abs(root); err != nil {
		return nil, nil, err
	}
	options := api.BuildOptions{Banner: map[string]string{"js": banner}, Define: map[string]string{}}
	switch entry {
	case entryPapers:
		options.Banner, options.GlobalName = map[string]string{"js": "/* Waylight: looks at files before they are sent. Contains noble-ciphers (MIT, Paul Miller). Sources and licences: third_party/js. */"}, "waylightPapers"
	case entryMain:
		second, _, err := Build(root, entryPapers, modules)
		if err != nil {
			return nil, nil, err
		}
		sum := sha256.Sum256(second)
		options.Define["WAYLIGHT_PAPERS"] = `"sha256-` + base64.StdEncoding.EncodeToString(sum[:]) + `"`
	}
	if !strings.Contains(entry, "/") {
		entry = Sources + "/" + entry
	}
	if !filepath.IsAbs(modules) {
		modules = filepath.Join(root, modules)
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{entry},
		Bundle:            true,
		Write:             false,
		Outfile:           "waylight.js",
		Format:            api.FormatIIFE,
		Target:            api.ES2019,
		Supported:         map[string]bool{"bigint": true}, // noble needs BigInt; without it the form works as without script
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetASCII,
		LegalComments:     api.LegalCommentsNone,
		Banner:            options.Banner,
		GlobalName:        options.GlobalName,
		Define:            options.Define,
		Metafile:          true,
		Plugins:           []api.Plugin{packages(modules, &used)},
	})
	if len(result.Errors) > 0 {
		return nil, nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	sort.Strings(used)
	return result.OutputFiles[0].Contents, used, nil
}

// unusedKEM marks calls of hybrid.js that set up key exchanges we do not use as
// free of effects, so that they and two more curves are left out: 7 KB less to
// load, and less to compute on a phone before the form works.
var unusedKEM = strings.NewReplacer(
	"= QSF(", "= /* @__PURE__ */ QSF(",
	"= createKitchenSink(", "= /* @__PURE__ */ createKitchenSink(",
	"ecdhKem(p", "/* @__PURE__ */ ecdhKem(p",
	"= ecdhKem(x", "= /* @__PURE__ */ ecdhKem(x",
)

// packages resolves the bare names of packages inside modules, and nowhere else:
// no node_modules folder above the repository can change the script.
func packages(modules string, used *[]string) api.Plugin {
	var mu sync.Mutex // esbuild loads files in parallel
	seen := map[string]bool{}
	return api.Plugin{Name: "packages", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `^@?[a-z]`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			name := a.Path
			if name == "@scure/base" {
				name += "/index.js"
			}
			return api.OnResolveResult{Path: filepath.Join(modules, filepath.FromSlash(path.Clean("/"+name))), SideEffects: api.SideEffectsFalse}, nil
		})
		// Nothing in these packages acts on import; saying so lets esbuild leave out what is not used.
		b.OnResolve(api.OnResolveOptions{Filter: `^\.`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			if !strings.HasPrefix(a.ResolveDir, modules) {
				return api.OnResolveResult{}, nil
			}
			return api.OnResolveResult{Path: filepath.Join(a.ResolveDir, filepath.FromSlash(a.Path)), SideEffects: api.SideEffectsFalse}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `.*`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			mu.Lock()
			defer mu.Unlock()
			if rel, err := filepath.Rel(modules, a.Path); err == nil && !strings.HasPrefix(rel, "..") && !seen[rel] {
				seen[rel] = true
				*used = append(*used, filepath.ToSlash(rel))
			}
			text, err := os.ReadFile(a.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			contents := string(text)
			if strings.HasSuffix(a.Path, "/@noble/post-quantum/hybrid.js") {
				contents = unusedKEM.Replace(contents)
			}
			return api.OnLoadResult{Contents: &contents, Loader: api.LoaderJS}, nil
		})
	}}
}
