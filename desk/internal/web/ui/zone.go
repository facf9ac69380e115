package ui

import (
	"net/http"
	"slices"
	"time"
	_ "time/tzdata" // the zones' rules are part of the program: a machine may have none

	"waylight/internal/i18n"
	"waylight/internal/page"
)

const zoneCookie = "zone"

// zoneNames are offered; a page shows them with the distance from UTC that they have now.
func zoneNames() []string {
	return []string{
		"UTC", "Europe/Moscow", "Europe/Berlin", "Europe/London", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Europe/Vienna", "Europe/Zurich", "Europe/Brussels", "Europe/Amsterdam",
		"Europe/Copenhagen", "Europe/Oslo", "Europe/Stockholm", "Europe/Helsinki", "Europe/Tallinn", "Europe/Riga", "Europe/Vilnius", "Europe/Warsaw", "Europe/Prague", "Europe/Budapest",
		"Europe/Bucharest", "Europe/Sofia", "Europe/Athens", "Europe/Belgrade", "Europe/Kyiv", "Europe/Chisinau", "Europe/Minsk", "Europe/Istanbul", "Europe/Samara",
		"Asia/Tbilisi", "Asia/Yerevan", "Asia/Baku", "Asia/Almaty", "Asia/Bishkek", "Asia/Tashkent", "Asia/Dushanbe", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok",
		"Asia/Jerusalem", "Asia/Beirut", "Asia/Baghdad", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Jakarta", "Asia/Shanghai",
		"Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "Africa/Cairo", "Africa/Tunis", "Africa/Lagos", "Africa/Nairobi", "Africa/Kampala", "Africa/Johannesburg",
		"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto", "America/Mexico_City", "America/Bogota", "America/Sao_Paulo", "America/Argentina/Buenos_Aires",
	}
}

// zone is where the member of this device works; nil: UTC.
func zone(name string) *time.Location {
	if name == "UTC" || !slices.Contains(zoneNames(), name) {
		return nil
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return l
}

func zoneOf(r *http.Request) *time.Location {
	k, err := r.Cookie(zoneCookie)
	if err != nil {
		return nil
	}
	return zone(k.Value)
}

// ZoneField asks in which zone times are shown and typed on this device.
func (f Frame) ZoneField() page.Field {
	var all []page.Option
	for _, name := range zoneNames() {
		all = append(all, page.Option{Value: name, Label: name + " · " + i18n.Offset(f.Words.In(zone(name)).Here(f.Now))})
	}
	return page.Form{Words: f.Words}.Select("zone", f.T("Zone of the times"), all).Or(f.ZoneName()).
		Hint(f.T("Kept on this device alone. What is kept at the Desk stays in UTC, and colleagues see the same moment in their own zone."))
}

// Zones are the zones in which a time can be said.
func (f Frame) Zones() []page.Option {
	var all []page.Option
	for _, name := range zoneNames() {
		all = append(all, page.Option{Value: name, Label: name})
	}
	return all
}

// Zone is one of Zones; nil: it is none.
func Zone(name string) *time.Location {
	if name == "UTC" {
		return time.UTC
	}
	return zone(name)
}

// chooseZone remembers a zone on this device and goes back.
func chooseZone(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	name := r.PostFormValue("zone")
	if zone(name) == nil {
		name = "UTC"
	}
	http.SetCookie(w, &http.Cookie{Name: zoneCookie, Value: name, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, "/account#zone", http.StatusSeeOther)
	return nil
}

// Time reads a day and time of a page.Form.Moment field, in the zone in which its
// page was drawn; zero when the field is empty. A time that the clocks skip when
// they are put forward is refused. Of one that comes twice the earlier counts.
func (c *Context) Time(name string) time.Time {
	s := c.Text(name)
	if s == "" {
		return time.Time{}
	}
	in := c.Zone
	if sent := c.Text(name + "-zone"); sent != "" {
		in = zone(sent)
	}
	if in == nil {
		in = time.UTC
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		t, err := time.ParseInLocation(layout, s, in)
		if err != nil {
			continue
		}
		if earlier := t.Add(-time.Hour); earlier.Format(layout) == t.Format(layout) {
			t = earlier
		}
		c.check.Field(t.Format(layout) == s, name, i18n.Key("This time does not exist: the clocks are put forward then. Write another."))
		return t.UTC()
	}
	c.check.Field(false, name, i18n.Key("Write the time as 2017-04-09 14:05."))
	return time.Time{}
}

// ItIs says what time it is, in the zone of this device.
func (f Frame) ItIs() string { return f.T("Now %s.", f.Date(f.Now)) }
