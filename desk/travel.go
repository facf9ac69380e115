package desk

import (
	"context"

	"waylight/internal/i18n"
	"waylight/internal/page"
)

// packChoices lists the travel packs that were downloaded: whoever took one, and until when.
func (r *rooms) packChoices(ctx context.Context, w i18n.Words) ([]page.Option, error) {
	all, err := r.luggage.Known(ctx)
	if err != nil {
		return nil, err
	}
	names, err := r.names(ctx)
	var out []page.Option
	for _, p := range all {
		out = append(out, page.Option{Value: p.ID, Label: w.T("%s, taken on %s", names[p.Member], w.Date(p.Made))})
	}
	return out, err
}
