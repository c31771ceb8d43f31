CREATE TABLE ledger_road (
	giver TEXT NOT NULL,
	taker TEXT NOT NULL,
	PRIMARY KEY (giver, taker)
) STRICT, WITHOUT ROWID;
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
CREATE TRIGGER ledger_road_no_insert BEFORE INSERT ON ledger_road
BEGIN
	SELECT RAISE(ABORT, 'ledger_road: roads are laid by a migration');
END;
CREATE TRIGGER ledger_road_no_update BEFORE UPDATE ON ledger_road
BEGIN
	SELECT RAISE(ABORT, 'ledger_road: roads are laid by a migration');
END;
CREATE TRIGGER ledger_road_no_delete BEFORE DELETE ON ledger_road
BEGIN
	SELECT RAISE(ABORT, 'ledger_road: roads are laid by a migration');
END;
CREATE TRIGGER ledger_entry_follows_roads BEFORE INSERT ON ledger_entry
BEGIN
	SELECT RAISE(ABORT, 'ledger: an entry moves the money of one fund')
		WHERE (SELECT COUNT(DISTINCT a.fund) <> 1 FROM ledger_line l JOIN ledger_account a ON a.code = l.code WHERE l.entry = NEW.seq);
	SELECT RAISE(ABORT, 'ledger: money does not go that way')
		WHERE EXISTS (SELECT 1 FROM ledger_line g JOIN ledger_account ga ON ga.code = g.code
			JOIN ledger_line t ON t.entry = g.entry JOIN ledger_account ta ON ta.code = t.code
			WHERE g.entry = NEW.seq AND g.amount < 0 AND t.amount > 0
				AND NOT EXISTS (SELECT 1 FROM ledger_road r WHERE r.giver = ga.kind AND r.taker = ta.kind));
END;
CREATE TRIGGER pay_list_act_moves_its_entry BEFORE INSERT ON pay_list_act
	WHEN NEW.entry IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'pay_list_act: an act moves as much as its entry')
		WHERE NEW.total <> COALESCE((SELECT SUM(amount) FROM ledger_line WHERE entry = NEW.entry AND amount > 0), 0);
END;
