package lookout

// Released gives the SHA-256, in hex, of the scripts that belong to this program's
// version, by name. It is written by internal/tools/pagescript.
func Released() map[string]string {
	return map[string]string{
		"papers.js":   "ee33a272e804f1a386906a634c68c32b69f6ab4a36306308c298e9d126d860dc",
		"sign.js":     "c82e76d5c2663d1260d0a60a0b9681e99384ab75f6519cec2e999531bed1f9ee",
		"waylight.js": "7d0427edcb3836db0ef0ba68f27dbed7e8eb7500aea590bf5d4f214d7ccfa576",
	}
}
