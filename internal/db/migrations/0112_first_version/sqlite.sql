ALTER TABLE family ADD COLUMN origin BLOB;

CREATE TRIGGER family_first_version BEFORE UPDATE ON family
WHEN OLD.origin IS NOT NULL AND NOT EXISTS (SELECT 1 FROM family_change c WHERE c.family_id = OLD.id AND c.version = 1)
BEGIN
	SELECT RAISE(ABORT, 'the first version of a family is written out before it changes');
END;

CREATE TRIGGER family_first_version_stays BEFORE DELETE ON family
WHEN OLD.origin IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'the first version of a family is written out before it changes');
END;

CREATE TRIGGER person_first_version BEFORE UPDATE ON person
WHEN EXISTS (SELECT 1 FROM family f WHERE f.id = OLD.family_id AND f.origin IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'the first version of a family is written out before it changes');
END;

CREATE TRIGGER person_first_version_stays BEFORE DELETE ON person
WHEN EXISTS (SELECT 1 FROM family f WHERE f.id = OLD.family_id AND f.origin IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'the first version of a family is written out before it changes');
END;
