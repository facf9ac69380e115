package postweb

import (
	"waylight/desk/internal/post"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type noticeView struct {
	ui.Frame
	Fields []page.Field
}

func noticePage(f ui.Frame, wish post.Wish) noticeView {
	w := f.Words
	on := f.Form.Checks("on", w.T("By e-mail"), []page.Option{{Value: "yes", Label: w.T("Tell me that something calls me")}}).Optional()
	if wish.On {
		on = on.Or("yes")
	}
	return noticeView{Frame: f, Fields: []page.Field{on, f.Form.Input("email", "address", w.T("Address")).Optional().Or(wish.Address),
		f.Form.Select("lang", w.T("Language of the words"), []page.Option{{Value: "en", Label: w.T("English")}, {Value: "ru", Label: w.T("Russian")}}).Or(wish.Lang)}}
}

func (r *Room) notices(c *ui.Context) error {
	wish, err := r.Office.WishOf(c.Context(), c.Actor.ID)
	if err != nil {
		return err
	}
	return c.Render(r.set, "notices", noticePage(c.Frame(c.T("Notices to me")), wish))
}

func (r *Room) setNotices(c *ui.Context) error {
	wish := post.Wish{On: c.Has("on", "yes"), Address: c.Text("address"), Lang: c.Text("lang")}
	err := r.Office.SetWish(c.Context(), c.Actor.ID, wish)
	if fault.KindOf(err) == fault.Invalid {
		frame := c.Frame(c.T("Notices to me"))
		frame.Form = c.Form(err)
		return c.Invalid(r.set, "notices", noticePage(frame, wish))
	}
	if err != nil {
		return err
	}
	return c.See("/notices", "mail.notices")
}

func noticeNotice() string { return i18n.Key("Kept. It is for you alone.") }
