package evidenceweb

import (
	"net/http"
	"strconv"
	"strings"

	"waylight/desk/internal/darkroom"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/page"
)

func (r *Room) packages(c *ui.Context) error {
	all, err := r.Evidence.PackageList(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	return c.Render(pages, "packages", newPackages(c.Frame(c.T("Evidence packages")), all, names))
}

func (r *Room) prepare(c *ui.Context) error {
	p, err := r.Evidence.Prepare(c.Context(), c.Actor, evidence.Purpose(c.Text("reader")), c.Values("files"), strings.Fields(c.Text("opinions"))...)
	if again(err) {
		v, verr := r.listPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "list", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/packages/"+p.ID, "evidence.prepared")
}

func (r *Room) showPackage(c *ui.Context, f page.Form) (packageView, error) {
	p, files, err := r.Evidence.PackagePage(c.Context(), c.Actor, c.ID("package"))
	if err != nil {
		return packageView{}, err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return packageView{}, err
	}
	frame := c.GuardFrame(c.T("Evidence package"))
	if f.Values != nil {
		frame.Form = f
	}
	v := newPackage(frame, p, files, names, r.Evidence.SeenIn(c.Actor, p.ID), c.Actor)
	v.Blind = len(darkroom.CanRead()) == 0
	return v, nil
}

func (r *Room) packagePage(c *ui.Context) error {
	v, err := r.showPackage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "package", v)
}

func (r *Room) approve(c *ui.Context) error {
	return r.afterPackage(c, r.Evidence.Approve(c.Context(), c.Actor, c.ID("package"), c.Has("sure", "yes")), "evidence.approved")
}

// lookThrough has the files of a package looked through for what they tell besides.
func (r *Room) lookThrough(c *ui.Context) error {
	return r.afterPackage(c, r.Evidence.LookThrough(c.Context(), c.Actor, c.ID("package")), "evidence.looked")
}

func (r *Room) decide(c *ui.Context) error {
	term, _ := strconv.ParseInt(c.Text("term"), 10, 64)
	return r.afterPackage(c, r.Evidence.Decide(c.Context(), c.Actor, c.ID("package"), term, c.Text("why")), "evidence.decided")
}

// afterPackage leads back to a package's page, or shows it with what was wrong.
func (r *Room) afterPackage(c *ui.Context, err error, notice string) error {
	if again(err) {
		v, verr := r.showPackage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "package", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/packages/"+c.ID("package"), notice)
}

// export writes the package to the member's machine as it is made.
func (r *Room) export(c *ui.Context) error {
	b, err := r.Evidence.Export(c.Context(), c.Actor, c.ID("package"), r.Issuer())
	if again(err) {
		v, verr := r.showPackage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "package", v)
	}
	if err != nil {
		return err
	}
	h := c.W.Header()
	sandboxed(h)
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+b.Name+`"`)
	if err := b.Write(c.W); err != nil {
		panic(http.ErrAbortHandler) // the answer has begun: a cut package must not look whole
	}
	return nil
}

func mayApprove(p evidence.Package, a staff.Actor) bool {
	return p.ApprovedBy == "" && p.By != a.ID
}
