package table

// What can be wrong with a file of rows; each is the key of its translation.
const (
	noHead    = "The first line must hold the names of the columns."
	noColumn  = "There is no such column in this table."
	twice     = "This column stands there twice."
	uneven    = "The row has another number of fields than the head."
	unread    = "The letters cannot be read. Save the table as UTF-8."
	oldBook   = "This is an old spreadsheet file (XLS), or one with a password. Save it as XLSX without a password, or as CSV."
	quotes    = "The quotation marks of this row do not fit together; what follows cannot be read."
	tooLong   = "The table is too long. Send it in parts of 20,000 rows."
	tooWide   = "The row has too many fields. Are the quotation marks right?"
	unsure    = "It cannot be told for sure how the letters of this file are written. Save it as UTF-8 and send it again. Nothing was kept."
	koi       = "The letters of this file seem to be written as KOI8. Save it as UTF-8 and send it again. Nothing was kept."
	broken    = "The file says that it is UTF-16, and ends in the middle of a letter or holds half ones. Was it cut off?"
	notEight  = "The file says that it is UTF-8, and is not. Save it as UTF-8 and send it again. Nothing was kept."
	noTable   = "This is no table: it has bytes that no text has. Send CSV or XLSX."
	badBook   = "This spreadsheet cannot be read: it is damaged, or unfolds to too much. Save it anew as XLSX, or as CSV."
	lostText  = "A cell of this row points to a text that is not in the file."
	badCell   = "A formula of this row came to an error. Put the value in its place."
	badNumber = "A number of this row cannot be read."
)

// Sentences lists them, for translation.
func Sentences() []string {
	return []string{noHead, noColumn, twice, uneven, unread, oldBook, quotes, tooLong, tooWide, unsure, koi, broken, notEight, noTable, badBook, lostText, badCell, badNumber}
}

// TooLong says that a table has more rows than one import takes.
const TooLong = tooLong
