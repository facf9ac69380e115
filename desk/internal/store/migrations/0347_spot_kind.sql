-- A map of incidents or of acts alone reads only those, wherever the others lie.
CREATE INDEX spot_kind ON spot (substr(subject, 1, instr(subject, '_') - 1), lat, lon, subject);
