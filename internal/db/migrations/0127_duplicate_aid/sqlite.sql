ALTER TABLE duplicate_pair ADD COLUMN left_aid INTEGER NOT NULL DEFAULT 0 CHECK (left_aid >= 0);
ALTER TABLE duplicate_pair ADD COLUMN right_aid INTEGER NOT NULL DEFAULT 0 CHECK (right_aid >= 0);
