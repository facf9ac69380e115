-- What became of a submission after it was filed. Days stand plainly so that the
-- list can warn; in which words lies sealed with the form.
ALTER TABLE submission ADD COLUMN handed TEXT NOT NULL DEFAULT ''; -- day on which it was handed over
ALTER TABLE submission ADD COLUMN halted TEXT NOT NULL DEFAULT ''; -- day on which somebody took their consent back after filing
ALTER TABLE submission ADD COLUMN told TEXT NOT NULL DEFAULT ''; -- day on which the body was told so
ALTER TABLE submission ADD COLUMN closed TEXT NOT NULL DEFAULT ''; -- nothing more is expected
