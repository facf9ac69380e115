package lookout

// Released gives the SHA-256, in hex, of the scripts that belong to this program's
// version, by name. It is written by internal/tools/pagescript.
func Released() map[string]string {
	return map[string]string{
		"papers.js":   "ee33a272e804f1a386906a634c68c32b69f6ab4a36306308c298e9d126d860dc",
		"sign.js":     "df6c1fb42d2a779c350d6bb4dbc8a8580f8d7d97002313fb21bf8deb185ab2d8",
		"waylight.js": "4a7c46bc25ec3128e09cb5ea900b8012014cf1f13b7bc4360a55d06f632b7488",
	}
}
