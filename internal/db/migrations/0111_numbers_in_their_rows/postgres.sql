DROP TABLE identifier;
DROP INDEX person_area;

CREATE INDEX family_card ON family (kk_blind) WHERE kk_blind IS NOT NULL;
CREATE INDEX person_nik ON person (nik_blind) WHERE nik_blind IS NOT NULL;
CREATE INDEX account_number ON account (number_blind);
