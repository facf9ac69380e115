package lookout

// Released gives the SHA-256, in hex, of the scripts that belong to this program's
// version, by name. It is written by internal/tools/pagescript.
func Released() map[string]string {
	return map[string]string{
		"papers.js":   "ee33a272e804f1a386906a634c68c32b69f6ab4a36306308c298e9d126d860dc",
		"sign.js":     "a8c3f88a2e5e0e4687ba6c2ac3ac21b9a716f1ef1391cd5149919175378daa6a",
		"waylight.js": "00360081d357af0e051b267fcdcdf5262eb92a80721d52be028124dceec2c36b",
	}
}
