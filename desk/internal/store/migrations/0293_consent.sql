-- Consents to be named that come to their last day are looked for every second.
CREATE INDEX case_reminder_consent ON case_reminder (due_us) WHERE what = 'consent';
