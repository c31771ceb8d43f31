ALTER TABLE authority_match ADD COLUMN event_id BLOB CHECK (event_id IS NULL OR length(event_id) = 16);
ALTER TABLE authority_match ADD COLUMN fact_before TEXT NOT NULL DEFAULT '';
