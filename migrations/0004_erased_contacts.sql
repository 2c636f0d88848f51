CREATE TABLE `erased_contacts` (
	`contact_hash` text PRIMARY KEY NOT NULL,
	`erased_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `erased_contacts_by_time` ON `erased_contacts` (`erased_at`);
--> statement-breakpoint
-- The client was erased while an administrator changed his bonuses: the free text of the reason would come after.
CREATE TRIGGER bonus_reasons_not_of_erased BEFORE INSERT ON bonus_entries
WHEN new.reason IS NOT NULL AND (SELECT erased_at FROM users WHERE id = new.user_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'USER_ERASED'); END;
--> statement-breakpoint
-- YClients still knows whom an erased visit was for; whoever applies it must not write that back.
CREATE TRIGGER bookings_stay_erased
BEFORE UPDATE OF client_name, phone, phone_last10, email, client_code, comment, notes, yclients_client_id, erased_at ON bookings
WHEN old.erased_at IS NOT NULL
  AND (new.erased_at IS NULL OR new.notes <> ''
    OR coalesce(new.client_name, new.phone, new.phone_last10, new.email, new.client_code, new.comment, new.yclients_client_id) IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'BOOKING_ERASED'); END;
