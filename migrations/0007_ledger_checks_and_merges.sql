CREATE TABLE `ledger_checks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`trigger` text NOT NULL,
	`started_at` integer NOT NULL,
	`heartbeat_at` integer NOT NULL,
	`finished_at` integer,
	`after_user_id` integer DEFAULT 0 NOT NULL,
	`after_booking_id` integer DEFAULT 0 NOT NULL,
	`users` integer DEFAULT 0 NOT NULL,
	`entries` integer DEFAULT 0 NOT NULL,
	`visits` integer DEFAULT 0 NOT NULL,
	`waiting` integer DEFAULT 0 NOT NULL,
	`differences` integer DEFAULT 0 NOT NULL,
	`details` text DEFAULT '[]' NOT NULL,
	CONSTRAINT "ledger_check_trigger" CHECK("ledger_checks"."trigger" in ('cron', 'manual')),
	CONSTRAINT "ledger_check_details" CHECK(json_type("ledger_checks"."details") = 'array')
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `one_open_ledger_check` ON `ledger_checks` ((finished_at is null)) WHERE finished_at is null;--> statement-breakpoint
CREATE TABLE `merged_codes` (
	`code` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "merged_code_shape" CHECK("merged_codes"."code" glob '[A-Z][A-Z][A-Z][0-9][0-9][0-9][0-9][0-9]')
) STRICT;
--> statement-breakpoint
CREATE INDEX `merged_codes_of_user` ON `merged_codes` (`user_id`);--> statement-breakpoint
CREATE TABLE `user_merges` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`from_user_id` integer NOT NULL,
	`into_user_id` integer NOT NULL,
	`idempotency_key` text NOT NULL,
	`visits` integer NOT NULL,
	`contacts` integer NOT NULL,
	`consents` integer NOT NULL,
	`balance_points` integer NOT NULL,
	`merged_at` integer NOT NULL,
	FOREIGN KEY (`from_user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`into_user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `user_merges_from_user_id_unique` ON `user_merges` (`from_user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `user_merges_idempotency_key_unique` ON `user_merges` (`idempotency_key`);--> statement-breakpoint
ALTER TABLE `bonus_entries` ADD `counterpart_user_id` integer REFERENCES users(id) CHECK (counterpart_user_id IS NULL OR kind = 'adjustment');--> statement-breakpoint
ALTER TABLE `users` ADD `merged_into` integer REFERENCES users(id);--> statement-breakpoint
CREATE INDEX `users_by_full_name` ON `users` (`search_name`) WHERE surname <> '';--> statement-breakpoint
CREATE INDEX `merged_users` ON `users` (`merged_into`) WHERE merged_into is not null;
--> statement-breakpoint
-- As before, and the new column is as unchangeable as the others.
DROP TRIGGER bonus_entries_no_update;
--> statement-breakpoint
CREATE TRIGGER bonus_entries_no_update BEFORE UPDATE ON bonus_entries
WHEN new.reason IS NOT NULL
  OR (SELECT erased_at FROM users WHERE id = old.user_id) IS NULL
  OR (old.id, old.user_id, old.booking_id, old.kind, old.points, old.balance_after_points, old.idempotency_key,
      old.fingerprint, old.price_kopecks, old.base_kopecks, old.level_code, old.percent_basis_points, old.actor, old.created_at,
      old.counterpart_user_id)
    IS NOT (new.id, new.user_id, new.booking_id, new.kind, new.points, new.balance_after_points, new.idempotency_key,
      new.fingerprint, new.price_kopecks, new.base_kopecks, new.level_code, new.percent_basis_points, new.actor, new.created_at,
      new.counterpart_user_id)
BEGIN SELECT RAISE(ABORT, 'LEDGER_IS_APPEND_ONLY'); END;
--> statement-breakpoint
-- As before; but of two clients who turn out to be one, the debt moves like the credit.
DROP TRIGGER bonus_entries_no_overdraft;
--> statement-breakpoint
CREATE TRIGGER bonus_entries_no_overdraft BEFORE INSERT ON bonus_entries
WHEN new.points < 0 AND new.kind IN ('spend', 'adjustment') AND new.counterpart_user_id IS NULL
  AND (SELECT bonus_balance_points FROM users WHERE id = new.user_id) + new.points < 0
BEGIN SELECT RAISE(ABORT, 'INSUFFICIENT_BALANCE'); END;
--> statement-breakpoint
-- A merged client leads to one who is not merged, in one step, and for good.
CREATE TRIGGER users_stay_merged BEFORE UPDATE OF merged_into ON users
WHEN (old.merged_into IS NOT NULL AND new.merged_into IS NULL)
  OR (new.merged_into IS NOT NULL AND (new.erased_at IS NULL OR new.merged_into = new.id
    OR (SELECT merged_into FROM users WHERE id = new.merged_into) IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'MERGE_IS_FINAL'); END;
--> statement-breakpoint
-- Whoever looked a client up before he was merged writes the visit to him; it is the other's.
CREATE TRIGGER bookings_of_merged_on_insert AFTER INSERT ON bookings
WHEN new.user_id IS NOT NULL AND (SELECT merged_into FROM users WHERE id = new.user_id) IS NOT NULL
BEGIN UPDATE bookings SET user_id = (SELECT merged_into FROM users WHERE id = new.user_id) WHERE id = new.id; END;
--> statement-breakpoint
CREATE TRIGGER bookings_of_merged_on_update AFTER UPDATE OF user_id ON bookings
WHEN new.user_id IS NOT NULL AND old.user_id IS NOT new.user_id
  AND (SELECT merged_into FROM users WHERE id = new.user_id) IS NOT NULL
BEGIN UPDATE bookings SET user_id = (SELECT merged_into FROM users WHERE id = new.user_id) WHERE id = new.id; END;
