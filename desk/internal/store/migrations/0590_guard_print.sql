-- Who keeps a term is asked for by its fingerprint, when a number has become known.
CREATE INDEX guard_mark_print ON guard_mark (print);
