DROP INDEX audit_entry_many;
DROP INDEX audit_entry_object;
CREATE INDEX audit_entry_many ON audit_entry (area, action, actor, seq) WHERE subject = '';
CREATE INDEX audit_entry_object ON audit_entry (area, action, actor, seq) WHERE subject <> '';
ALTER TABLE audit_entry SET (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_insert_threshold = 10000);
