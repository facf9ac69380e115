package linkage

// Recognise says how the columns of lists would be understood, without linking
// them. The error is a *Problem: no column of use, an id that stands twice.
func Recognise(lists []*List, columns map[string]Kind) ([]Reading, error) {
	readings, _, err := understand(lists, columns)
	return readings, err
}
