CREATE TABLE `erased_contacts` (
	`contact_hash` text PRIMARY KEY NOT NULL,
	`erased_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `erased_contacts_by_time` ON `erased_contacts` (`erased_at`);
--> statement-breakpoint
CREATE TABLE `former_contacts` (
	`user_id` integer NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	PRIMARY KEY(`user_id`, `kind`, `key`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
-- A contact that a client takes away may still stand in visits, and his erasure has to find those.
CREATE TRIGGER contacts_taken_away AFTER DELETE ON user_contacts
WHEN (SELECT erased_at FROM users WHERE id = old.user_id) IS NULL
BEGIN
  INSERT OR IGNORE INTO former_contacts (user_id, kind, key) VALUES (old.user_id, old.kind, coalesce(old.phone_last10, old.value));
END;
--> statement-breakpoint
-- Of webhooks only that they came is kept, and of those that wait, what they are about (src/yclients/envelope.ts).
UPDATE webhook_events SET body = NULL WHERE verdict <> 'deferred';
--> statement-breakpoint
UPDATE webhook_events SET body = (
  SELECT json_group_array(json_object('company_id', value ->> 'company_id', 'resource', value ->> 'resource',
    'resource_id', value ->> 'resource_id', 'status', value ->> 'status', 'data', NULL))
  FROM json_each(CASE json_type(body) WHEN 'array' THEN body ELSE json_array(json(body)) END))
WHERE json_valid(body);
--> statement-breakpoint
UPDATE parked_work SET message = json_set(message, '$.raw', (
  SELECT json_group_array(json_object('company_id', value ->> 'company_id', 'resource', value ->> 'resource',
    'resource_id', value ->> 'resource_id', 'status', value ->> 'status', 'data', NULL))
  FROM json_each(CASE json_type(message ->> '$.raw') WHEN 'array' THEN message ->> '$.raw' ELSE json_array(json(message ->> '$.raw')) END)) || '')
WHERE message ->> '$.kind' = 'webhook' AND json_valid(message ->> '$.raw');
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
