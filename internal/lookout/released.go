package lookout

// Released gives the SHA-256, in hex, of the scripts that belong to this program's
// version, by name. It is written by internal/tools/pagescript.
func Released() map[string]string {
	return map[string]string{
		"papers.js":   "ee33a272e804f1a386906a634c68c32b69f6ab4a36306308c298e9d126d860dc",
		"sign.js":     "9e7fb3dc6d04c6ccdf3ad2fa84ccd072550537c56503ed6061fd2a0c3ae5803f",
		"waylight.js": "c80a7d3683423f24e81aa06281f026765a98c03fcf51af892648fca25dd4da3a",
	}
}
