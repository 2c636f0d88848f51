CREATE TABLE `bonus_lot_uses` (
	`entry_id` integer NOT NULL,
	`lot_id` integer NOT NULL,
	`points` integer NOT NULL,
	`returned_points` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`entry_id`, `lot_id`),
	FOREIGN KEY (`entry_id`) REFERENCES `bonus_entries`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`lot_id`) REFERENCES `bonus_lots`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "lot_use_points" CHECK("bonus_lot_uses"."points" > 0 and "bonus_lot_uses"."returned_points" between 0 and "bonus_lot_uses"."points")
) STRICT;
--> statement-breakpoint
CREATE INDEX `uses_of_lot` ON `bonus_lot_uses` (`lot_id`);--> statement-breakpoint
CREATE TABLE `bonus_lots` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`points` integer NOT NULL,
	`remaining_points` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "lot_points" CHECK("bonus_lots"."remaining_points" between 0 and "bonus_lots"."points")
) STRICT;
--> statement-breakpoint
CREATE INDEX `open_lots_of_user` ON `bonus_lots` (`user_id`,`expires_at`) WHERE remaining_points > 0;--> statement-breakpoint
CREATE INDEX `open_lots_by_expiry` ON `bonus_lots` (`expires_at`) WHERE remaining_points > 0;--> statement-breakpoint
CREATE TABLE `bonus_reservations` (
	`entry_id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`booking_id` integer NOT NULL,
	`payment_id` integer,
	`points` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`resolution` text,
	`resolved_at` integer,
	FOREIGN KEY (`entry_id`) REFERENCES `bonus_entries`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reservation_points" CHECK("bonus_reservations"."points" > 0),
	CONSTRAINT "reservation_resolution" CHECK(("bonus_reservations"."resolution" is null) = ("bonus_reservations"."resolved_at" is null) and ("bonus_reservations"."resolution" is null or "bonus_reservations"."resolution" in ('captured', 'released', 'expired')))
) STRICT;
--> statement-breakpoint
CREATE INDEX `reservations_of_booking` ON `bonus_reservations` (`booking_id`);--> statement-breakpoint
CREATE INDEX `open_reservations` ON `bonus_reservations` (`expires_at`) WHERE resolution is null;--> statement-breakpoint
CREATE INDEX `open_reservations_of_user` ON `bonus_reservations` (`user_id`) WHERE resolution is null;--> statement-breakpoint
ALTER TABLE `bonus_entries` ADD `finer_kind` text CHECK (finer_kind IS NULL OR (finer_kind = 'hold' AND kind = 'spend' AND booking_id IS NOT NULL) OR (finer_kind IN ('release', 'return') AND kind = 'adjustment' AND points > 0) OR (finer_kind = 'expiry' AND kind = 'adjustment' AND points < 0));--> statement-breakpoint
ALTER TABLE `bonus_entries` ADD `resolves_entry_id` integer REFERENCES bonus_entries(id) CHECK ((resolves_entry_id IS NOT NULL) = (finer_kind IS 'release'));--> statement-breakpoint
ALTER TABLE `bonus_entries` ADD `expires_at` integer CHECK (expires_at IS NULL OR points > 0);--> statement-breakpoint
CREATE UNIQUE INDEX `one_release_per_hold` ON `bonus_entries` (`resolves_entry_id`) WHERE resolves_entry_id is not null;
--> statement-breakpoint
-- What is left of a lot follows from what was taken of it and given back.
CREATE TRIGGER bonus_lot_uses_take AFTER INSERT ON bonus_lot_uses
BEGIN UPDATE bonus_lots SET remaining_points = remaining_points - new.points + new.returned_points WHERE id = new.lot_id; END;
--> statement-breakpoint
CREATE TRIGGER bonus_lot_uses_give_back AFTER UPDATE ON bonus_lot_uses
BEGIN
  SELECT RAISE(ABORT, 'LOT_USES_ARE_FINAL') WHERE (old.entry_id, old.lot_id, old.points) IS NOT (new.entry_id, new.lot_id, new.points)
    OR new.returned_points < old.returned_points;
  UPDATE bonus_lots SET remaining_points = remaining_points + new.returned_points - old.returned_points WHERE id = new.lot_id;
END;
--> statement-breakpoint
-- Points that were put aside are spent or given back, once and for good; only their time and their owner may change before.
CREATE TRIGGER bonus_reservations_resolve_once BEFORE UPDATE ON bonus_reservations
WHEN old.resolution IS NOT NULL AND (old.resolution, old.resolved_at, old.expires_at, old.payment_id)
    IS NOT (new.resolution, new.resolved_at, new.expires_at, new.payment_id)
  OR (old.entry_id, old.booking_id, old.points) IS NOT (new.entry_id, new.booking_id, new.points)
BEGIN SELECT RAISE(ABORT, 'RESERVATION_RESOLVED'); END;
--> statement-breakpoint
-- As before, and the new columns are as unchangeable as the others.
DROP TRIGGER bonus_entries_no_update;
--> statement-breakpoint
CREATE TRIGGER bonus_entries_no_update BEFORE UPDATE ON bonus_entries
WHEN new.reason IS NOT NULL
  OR (SELECT erased_at FROM users WHERE id = old.user_id) IS NULL
  OR (old.id, old.user_id, old.booking_id, old.kind, old.points, old.balance_after_points, old.idempotency_key,
      old.fingerprint, old.price_kopecks, old.base_kopecks, old.level_code, old.percent_basis_points, old.actor, old.created_at,
      old.counterpart_user_id, old.finer_kind, old.resolves_entry_id, old.expires_at)
    IS NOT (new.id, new.user_id, new.booking_id, new.kind, new.points, new.balance_after_points, new.idempotency_key,
      new.fingerprint, new.price_kopecks, new.base_kopecks, new.level_code, new.percent_basis_points, new.actor, new.created_at,
      new.counterpart_user_id, new.finer_kind, new.resolves_entry_id, new.expires_at)
BEGIN SELECT RAISE(ABORT, 'LEDGER_IS_APPEND_ONLY'); END;
--> statement-breakpoint
-- As before; and the lots follow in the same statement, so that no way of moving points can forget them. What is taken is taken
-- from what expires first; what a visit loses, first from what it was given. What is given back goes where it came from, what
-- expires last first. A debt is paid before anything becomes a lot. When two clients become one, their lots have moved already,
-- and of the two balances one may have been a debt.
DROP TRIGGER bonus_entries_move_balance;
--> statement-breakpoint
CREATE TRIGGER bonus_entries_move_balance AFTER INSERT ON bonus_entries
BEGIN
  UPDATE users SET bonus_balance_points = bonus_balance_points + new.points WHERE id = new.user_id;
  SELECT RAISE(ABORT, 'LEDGER_BALANCE_MISMATCH')
    WHERE (SELECT bonus_balance_points FROM users WHERE id = new.user_id) <> new.balance_after_points;

  UPDATE bonus_lot_uses SET returned_points = returned_points + given_back
  FROM (
    SELECT entry_id, lot_id, min(available, wanted - before) AS given_back FROM (
      SELECT used.entry_id, used.lot_id, used.points - used.returned_points AS available,
        max(new.balance_after_points, 0) - max(new.balance_after_points - new.points, 0) AS wanted,
        sum(used.points - used.returned_points) OVER (ORDER BY lot.expires_at DESC, lot.id DESC, used.entry_id DESC
          ROWS UNBOUNDED PRECEDING) - (used.points - used.returned_points) AS before
      FROM bonus_lot_uses used JOIN bonus_lots lot ON lot.id = used.lot_id
      WHERE lot.user_id = new.user_id AND used.points > used.returned_points AND used.entry_id IN (
        SELECT new.resolves_entry_id WHERE new.finer_kind = 'release'
        UNION ALL
        SELECT spent.id FROM bonus_entries spent WHERE new.finer_kind = 'return' AND spent.booking_id = new.booking_id
          AND spent.kind = 'spend' AND NOT EXISTS (
            SELECT 1 FROM bonus_reservations r WHERE r.entry_id = spent.id AND r.resolution IS NOT 'captured')))
    WHERE before < wanted) back
  WHERE new.finer_kind IN ('release', 'return')
    AND bonus_lot_uses.entry_id = back.entry_id AND bonus_lot_uses.lot_id = back.lot_id;

  INSERT INTO bonus_lot_uses (entry_id, lot_id, points)
  SELECT new.id, id, min(remaining_points, wanted - before) FROM (
    SELECT id, remaining_points,
      sum(remaining_points) OVER (
        ORDER BY (new.kind IN ('reversal', 'correction') AND expires_at IS (
            SELECT given.expires_at FROM bonus_entries given WHERE given.booking_id = new.booking_id
              AND given.kind IN ('accrual', 'correction') AND given.points > 0 ORDER BY given.id DESC LIMIT 1)) DESC,
          expires_at, id ROWS UNBOUNDED PRECEDING) - remaining_points AS before,
      CASE WHEN new.counterpart_user_id IS NULL
        THEN max(new.balance_after_points - new.points, 0)
        ELSE (SELECT sum(all_of.remaining_points) FROM bonus_lots all_of WHERE all_of.user_id = new.user_id AND all_of.remaining_points > 0)
      END - max(new.balance_after_points, 0) AS wanted
    FROM bonus_lots
    WHERE user_id = new.user_id AND remaining_points > 0 AND (new.points < 0 OR new.counterpart_user_id IS NOT NULL))
  WHERE before < wanted;

  -- At most one lot of a client for each day on which something expires.
  UPDATE bonus_lots SET points = points + gained, remaining_points = remaining_points + gained
  FROM (
    SELECT max(new.balance_after_points, 0) - CASE WHEN new.finer_kind IN ('release', 'return')
      THEN (SELECT coalesce(sum(remaining_points), 0) FROM bonus_lots WHERE user_id = new.user_id AND remaining_points > 0)
      ELSE max(new.balance_after_points - new.points, 0) END AS gained) given
  WHERE new.points > 0 AND new.counterpart_user_id IS NULL AND gained > 0 AND bonus_lots.id = (
    SELECT max(id) FROM bonus_lots
    WHERE user_id = new.user_id AND remaining_points > 0 AND expires_at = coalesce(new.expires_at, 253402300799000));
  INSERT INTO bonus_lots (user_id, points, remaining_points, expires_at)
  SELECT new.user_id, gained, gained, expires_at FROM (
    SELECT max(new.balance_after_points, 0) - CASE WHEN new.finer_kind IN ('release', 'return')
      THEN (SELECT coalesce(sum(remaining_points), 0) FROM bonus_lots WHERE user_id = new.user_id AND remaining_points > 0)
      ELSE max(new.balance_after_points - new.points, 0) END AS gained,
      coalesce(new.expires_at, 253402300799000) AS expires_at) given
  WHERE new.points > 0 AND new.counterpart_user_id IS NULL AND gained > 0 AND NOT EXISTS (
    SELECT 1 FROM bonus_lots lot
    WHERE lot.user_id = new.user_id AND lot.remaining_points > 0 AND lot.expires_at = given.expires_at);

  SELECT RAISE(ABORT, 'LEDGER_LOTS_MISMATCH')
    WHERE (SELECT coalesce(sum(remaining_points), 0) FROM bonus_lots WHERE user_id = new.user_id AND remaining_points > 0)
      <> max(new.balance_after_points, 0);
END;
--> statement-breakpoint
-- What clients have now begins its life now, so that nobody loses overnight what he was never told would expire.
INSERT INTO bonus_lots (user_id, points, remaining_points, expires_at)
SELECT id, bonus_balance_points, bonus_balance_points, unixepoch('now', '+12 months') * 1000 FROM users WHERE bonus_balance_points > 0;
