-- The ledger is append-only.
CREATE TRIGGER bonus_entries_no_update BEFORE UPDATE ON bonus_entries
BEGIN SELECT RAISE(ABORT, 'LEDGER_IS_APPEND_ONLY'); END;
--> statement-breakpoint
CREATE TRIGGER bonus_entries_no_delete BEFORE DELETE ON bonus_entries
BEGIN SELECT RAISE(ABORT, 'LEDGER_IS_APPEND_ONLY'); END;
--> statement-breakpoint
-- Nobody spends what is not there. A reversal may make the balance negative: the points were spent before the visit was undone.
CREATE TRIGGER bonus_entries_no_overdraft BEFORE INSERT ON bonus_entries
WHEN new.points < 0 AND new.kind IN ('spend', 'adjustment')
  AND (SELECT bonus_balance_points FROM users WHERE id = new.user_id) + new.points < 0
BEGIN SELECT RAISE(ABORT, 'INSUFFICIENT_BALANCE'); END;
--> statement-breakpoint
-- The balance is the sum of the entries because nothing else ever writes it.
CREATE TRIGGER bonus_entries_move_balance AFTER INSERT ON bonus_entries
BEGIN
  UPDATE users SET bonus_balance_points = bonus_balance_points + new.points WHERE id = new.user_id;
  SELECT RAISE(ABORT, 'LEDGER_BALANCE_MISMATCH')
    WHERE (SELECT bonus_balance_points FROM users WHERE id = new.user_id) <> new.balance_after_points;
END;
--> statement-breakpoint
-- A change that can move bonuses marks the visit for settling in the same statement, whoever makes it.
CREATE TRIGGER bookings_settlement_due_on_insert AFTER INSERT ON bookings
WHEN new.user_id IS NOT NULL AND new.status = 'completed'
BEGIN
  INSERT INTO settlements_due (user_id, booking_id) VALUES (new.user_id, new.id)
    ON CONFLICT (user_id, booking_id) DO UPDATE SET generation = generation + 1;
END;
--> statement-breakpoint
CREATE TRIGGER bookings_settlement_due_on_update AFTER UPDATE OF user_id, status, price_kopecks, spent_bonuses_points ON bookings
WHEN (old.status = 'completed' OR new.status = 'completed')
  AND (old.user_id, old.status, old.price_kopecks, old.spent_bonuses_points)
    IS NOT (new.user_id, new.status, new.price_kopecks, new.spent_bonuses_points)
BEGIN
  INSERT INTO settlements_due (user_id, booking_id) SELECT new.user_id, new.id WHERE new.user_id IS NOT NULL
    ON CONFLICT (user_id, booking_id) DO UPDATE SET generation = generation + 1;
  INSERT INTO settlements_due (user_id, booking_id) SELECT old.user_id, new.id
    WHERE old.user_id IS NOT NULL AND old.user_id IS NOT new.user_id
    ON CONFLICT (user_id, booking_id) DO UPDATE SET generation = generation + 1;
END;
--> statement-breakpoint
INSERT INTO loyalty_levels (code, name_ru, name_en, min_spend_kopecks, percent_basis_points) VALUES
  ('bronze', 'Бронза', 'Bronze', 0, 300),
  ('silver', 'Серебро', 'Silver', 3000000, 500),
  ('gold', 'Золото', 'Gold', 10000000, 700),
  ('platinum', 'Платина', 'Platinum', 30000000, 1000);
