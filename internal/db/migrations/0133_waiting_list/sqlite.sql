CREATE INDEX outcome_waiting ON outcome (determination_id, programme, queue, area, family_id, subject_id) WHERE outcome = 2;
