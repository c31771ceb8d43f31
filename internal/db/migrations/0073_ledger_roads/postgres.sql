CREATE TABLE ledger_road (
	giver TEXT NOT NULL,
	taker TEXT NOT NULL,
	PRIMARY KEY (giver, taker)
);
INSERT INTO ledger_road (giver, taker) VALUES
	('treasury', 'allotment'), ('allotment', 'treasury'),
	('allotment', 'reserved'), ('reserved', 'allotment'), ('reserved', 'released'),
	('released', 'allotment'), ('released', 'channel'), ('channel', 'released'),
	('channel', 'credited'), ('channel', 'returned'), ('channel', 'recoverable'),
	('credited', 'withdrawn'), ('credited', 'unclaimed'), ('credited', 'returned'),
	('unclaimed', 'credited'), ('unclaimed', 'withdrawn'), ('unclaimed', 'returned'),
	('returned', 'credited'), ('returned', 'allotment'), ('returned', 'remitted'),
	('allotment', 'recoverable'), ('treasury', 'recoverable'),
	('recoverable', 'allotment'), ('recoverable', 'treasury'), ('recoverable', 'remitted');
CREATE TRIGGER ledger_road_fixed BEFORE INSERT OR UPDATE OR DELETE ON ledger_road
	FOR EACH ROW EXECUTE FUNCTION refuse('ledger_road: roads are laid by a migration');
CREATE TRIGGER ledger_road_no_truncate BEFORE TRUNCATE ON ledger_road
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE FUNCTION ledger_entry_follows_roads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (SELECT COUNT(DISTINCT a.fund) <> 1 FROM ledger_line l JOIN ledger_account a ON a.code = l.code WHERE l.entry = NEW.seq) THEN
		RAISE EXCEPTION 'ledger: an entry moves the money of one fund';
	END IF;
	IF EXISTS (SELECT 1 FROM ledger_line g JOIN ledger_account ga ON ga.code = g.code
			JOIN ledger_line t ON t.entry = g.entry JOIN ledger_account ta ON ta.code = t.code
			WHERE g.entry = NEW.seq AND g.amount < 0 AND t.amount > 0
				AND NOT EXISTS (SELECT 1 FROM ledger_road r WHERE r.giver = ga.kind AND r.taker = ta.kind)) THEN
		RAISE EXCEPTION 'ledger: money does not go that way';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER ledger_entry_follows_roads BEFORE INSERT ON ledger_entry
	FOR EACH ROW EXECUTE FUNCTION ledger_entry_follows_roads();
CREATE FUNCTION pay_list_act_moves_its_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.total <> COALESCE((SELECT SUM(amount) FROM ledger_line WHERE entry = NEW.entry AND amount > 0), 0) THEN
		RAISE EXCEPTION 'pay_list_act: an act moves as much as its entry';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER pay_list_act_moves_its_entry BEFORE INSERT ON pay_list_act
	FOR EACH ROW WHEN (NEW.entry IS NOT NULL) EXECUTE FUNCTION pay_list_act_moves_its_entry();
