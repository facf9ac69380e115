package foreign

// What can be wrong with a parcel; each is the key of its translation.
const (
	noKind        = "Choose from which program it comes."
	empty         = "There are no rows in it."
	tooMany       = "There are more than 2,000 rows in it. Send it in parts: what came in before is known again."
	tooWide       = "There are too many columns in it. Is it the right file?"
	tooLarge      = "The file with the rows is larger than 64 MB. Send it in parts."
	damaged       = "The file is damaged or cut off: it cannot be read to its end. Fetch it again from the other program."
	locked        = "The zip is locked with a password. Send it without."
	bomb          = "The zip unfolds to far more than it has: it is not opened."
	noRows        = "There is no file with rows at the top of the zip."
	severalTables = "There are several files with rows in the zip, and none says that it is the main one. Leave one, or call it import.csv."
	noCSV         = "Uwazi gives and takes CSV. This is a spreadsheet."
	noTitle       = "Uwazi's tables have a column “title”. This one has none."
	untitled      = "The entity has no title."
	twice         = "This column stands there twice."
	overhang      = "The row has more fields than the head."
	short         = "The row has fewer fields than the head."
	unread        = "The letters cannot be read. Save the table as UTF-8."
	noPoint       = "This is no position. Write latitude and longitude, such as 43.32, 45.69."
	swapped       = "The latitude lies beyond 90: latitude and longitude seem to be exchanged."
	offEarth      = "This position lies nowhere on the earth."
	noJSON        = "This is no JSON as this program gives it out."
	cutJSON       = "The file ends in the middle. Fetch it again from the other program."
	noList        = "There is no list of submissions in it."
	oddRow        = "This is no submission."
	onePage       = "This is one page of several: the program has more submissions than the file."
	orphan        = "A row of a repeated group belongs to no submission of the file."
	noFeatures    = "This is no GeoJSON: a FeatureCollection or a Feature is needed."
	oddFeature    = "This is no feature."
	otherGrid     = "The positions are in another system than longitude and latitude (WGS 84). Save them as such."
	oddGeometry   = "The shape cannot be read."
	openRing      = "The area is not closed: its first and last position must be the same, and there must be four."
	deepJSON      = "A value is nested too deep."
)

// Sentences lists them, for translation.
func Sentences() []string {
	return []string{noKind, empty, tooMany, tooWide, tooLarge, damaged, locked, bomb, noRows, severalTables, noCSV, noTitle, untitled, twice, overhang, short, unread, noPoint, swapped, offEarth,
		noJSON, cutJSON, noList, oddRow, onePage, orphan, noFeatures, oddFeature, otherGrid, oddGeometry, openRing, deepJSON}
}
