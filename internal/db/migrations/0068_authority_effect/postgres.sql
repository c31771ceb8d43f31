ALTER TABLE authority_match ADD COLUMN event_id UUID;
ALTER TABLE authority_match ADD COLUMN fact_before TEXT NOT NULL DEFAULT '';
