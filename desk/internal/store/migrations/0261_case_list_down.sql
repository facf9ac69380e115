-- The two orders in which those without a date come last both ways need an index
-- that runs down: ten thousand rows were sorted for each page.
CREATE INDEX case_file_sign_down ON case_file (over, (checkin_us = 0), checkin_us DESC);
CREATE INDEX case_file_review_down ON case_file (over, (review_day = ''), review_day DESC);
