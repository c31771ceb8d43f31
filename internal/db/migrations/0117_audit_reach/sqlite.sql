CREATE INDEX audit_entry_object ON audit_entry (area, action, actor) WHERE subject <> '';
CREATE INDEX audit_entry_several ON audit_entry (area) WHERE instr(area, ',') > 0;
