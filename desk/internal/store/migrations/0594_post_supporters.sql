-- Mails to supporters go by themselves, perhaps through an account of their own: what
-- waits is found without looking through theirs, and how many went lately is counted.
CREATE INDEX post_out_ours ON post_out (state, due_us) WHERE kind <> 'supporter';
CREATE INDEX post_out_supporters ON post_out (state, due_us) WHERE kind = 'supporter';
CREATE INDEX post_out_supporters_done ON post_out (done_us) WHERE kind = 'supporter';
