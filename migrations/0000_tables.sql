CREATE TABLE `user_contacts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`kind` text NOT NULL,
	`value` text NOT NULL,
	`phone_last10` text,
	`verified_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "contact_kind" CHECK("user_contacts"."kind" in ('phone', 'email')),
	CONSTRAINT "phone_has_last10" CHECK(("user_contacts"."kind" = 'phone') = ("user_contacts"."phone_last10" is not null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `one_owner_per_contact` ON `user_contacts` (`kind`,`value`);--> statement-breakpoint
CREATE INDEX `contacts_by_phone_last10` ON `user_contacts` (`phone_last10`);--> statement-breakpoint
CREATE INDEX `contacts_by_user` ON `user_contacts` (`user_id`);--> statement-breakpoint
CREATE INDEX `contacts_by_time` ON `user_contacts` (`verified_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`unique_code` text,
	`name` text NOT NULL,
	`surname` text DEFAULT '' NOT NULL,
	`search_name` text DEFAULT '' NOT NULL,
	`bonus_balance_points` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "unique_code_shape" CHECK("users"."unique_code" glob '[A-Z][A-Z][A-Z][0-9][0-9][0-9][0-9][0-9]')
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_unique_code_unique` ON `users` (`unique_code`);--> statement-breakpoint
CREATE TABLE `bookings` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer,
	`client_match` text NOT NULL,
	`source` text NOT NULL,
	`status` text NOT NULL,
	`yclients_company_id` integer,
	`yclients_record_id` integer,
	`yclients_visit_id` integer,
	`yclients_client_id` integer,
	`yclients_service_id` integer,
	`yclients_staff_id` integer,
	`yclients_attendance` text,
	`service_id` integer,
	`staff_id` integer,
	`service_name` text NOT NULL,
	`price_kopecks` integer NOT NULL,
	`duration_minutes` integer NOT NULL,
	`items` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`client_name` text,
	`phone` text,
	`phone_last10` text,
	`email` text,
	`client_code` text,
	`comment` text,
	`notes` text DEFAULT '' NOT NULL,
	`spent_bonuses_points` integer DEFAULT 0 NOT NULL,
	`accrued_bonuses_points` integer DEFAULT 0 NOT NULL,
	`source_changed_at` integer,
	`deletion_seen_at` integer,
	`cancelled_at` integer,
	`revision` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`service_id`) REFERENCES `services`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`staff_id`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "booking_status" CHECK("bookings"."status" in ('pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
	CONSTRAINT "booking_source" CHECK("bookings"."source" in ('yclients', 'internal')),
	CONSTRAINT "booking_client_match" CHECK("bookings"."client_match" in ('code', 'email', 'phone', 'manual', 'none', 'ambiguous', 'no_contact', 'technical')),
	CONSTRAINT "match_agrees_with_user" CHECK(("bookings"."user_id" is not null) = ("bookings"."client_match" in ('code', 'email', 'phone', 'manual'))),
	CONSTRAINT "yclients_has_record" CHECK(("bookings"."source" = 'yclients') = ("bookings"."yclients_record_id" is not null and "bookings"."yclients_company_id" is not null)),
	CONSTRAINT "booking_price" CHECK("bookings"."price_kopecks" >= 0),
	CONSTRAINT "booking_times" CHECK("bookings"."duration_minutes" >= 0 and "bookings"."ends_at" >= "bookings"."starts_at"),
	CONSTRAINT "booking_items" CHECK(json_type("bookings"."items") = 'array'),
	CONSTRAINT "booking_spent" CHECK("bookings"."spent_bonuses_points" >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `one_booking_per_record` ON `bookings` (`yclients_company_id`,`yclients_record_id`);--> statement-breakpoint
CREATE INDEX `bookings_of_user` ON `bookings` (`user_id`,`starts_at`,`id`);--> statement-breakpoint
CREATE INDEX `bookings_by_time` ON `bookings` (`starts_at`);--> statement-breakpoint
CREATE INDEX `bookings_by_yclients_client` ON `bookings` (`yclients_client_id`);--> statement-breakpoint
CREATE INDEX `unmatched_bookings` ON `bookings` (`starts_at`) WHERE user_id is null and client_match <> 'technical';--> statement-breakpoint
CREATE INDEX `unmatched_by_code` ON `bookings` (`client_code`) WHERE user_id is null and client_code is not null;--> statement-breakpoint
CREATE INDEX `unmatched_by_email` ON `bookings` (`email`) WHERE user_id is null and email is not null;--> statement-breakpoint
CREATE INDEX `unmatched_by_phone` ON `bookings` (`phone_last10`) WHERE user_id is null and phone_last10 is not null;--> statement-breakpoint
CREATE TABLE `services` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`price_kopecks` integer NOT NULL,
	`duration_minutes` integer NOT NULL,
	`yclients_service_id` integer,
	`active` integer DEFAULT true NOT NULL,
	CONSTRAINT "service_price" CHECK("services"."price_kopecks" >= 0),
	CONSTRAINT "service_duration" CHECK("services"."duration_minutes" > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `services_yclients_service_id_unique` ON `services` (`yclients_service_id`);--> statement-breakpoint
CREATE TABLE `staff` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`yclients_staff_id` integer,
	`active` integer DEFAULT true NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_yclients_staff_id_unique` ON `staff` (`yclients_staff_id`);--> statement-breakpoint
CREATE TABLE `bonus_entries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`booking_id` integer,
	`kind` text NOT NULL,
	`points` integer NOT NULL,
	`balance_after_points` integer NOT NULL,
	`idempotency_key` text NOT NULL,
	`fingerprint` text,
	`price_kopecks` integer,
	`base_kopecks` integer,
	`level_code` text,
	`percent_basis_points` integer,
	`reason` text,
	`actor` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "entry_kind" CHECK("bonus_entries"."kind" in ('accrual', 'correction', 'reversal', 'spend', 'adjustment')),
	CONSTRAINT "entry_points" CHECK("bonus_entries"."points" <> 0),
	CONSTRAINT "accrual_is_explained" CHECK("bonus_entries"."kind" not in ('accrual', 'correction', 'reversal') or ("bonus_entries"."booking_id" is not null and "bonus_entries"."price_kopecks" is not null and "bonus_entries"."base_kopecks" is not null and "bonus_entries"."percent_basis_points" is not null)),
	CONSTRAINT "spend_is_negative" CHECK("bonus_entries"."kind" <> 'spend' or "bonus_entries"."points" < 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `bonus_entries_idempotency_key_unique` ON `bonus_entries` (`idempotency_key`);--> statement-breakpoint
CREATE INDEX `entries_of_user` ON `bonus_entries` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `entries_of_booking` ON `bonus_entries` (`booking_id`,`user_id`) WHERE booking_id is not null;--> statement-breakpoint
CREATE TABLE `loyalty_levels` (
	`code` text PRIMARY KEY NOT NULL,
	`name_ru` text NOT NULL,
	`name_en` text NOT NULL,
	`min_spend_kopecks` integer NOT NULL,
	`percent_basis_points` integer NOT NULL,
	CONSTRAINT "level_percent" CHECK("loyalty_levels"."percent_basis_points" between 0 and 10000),
	CONSTRAINT "level_spend" CHECK("loyalty_levels"."min_spend_kopecks" >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `loyalty_levels_min_spend_kopecks_unique` ON `loyalty_levels` (`min_spend_kopecks`);--> statement-breakpoint
CREATE TABLE `settlements_due` (
	`user_id` integer NOT NULL,
	`booking_id` integer NOT NULL,
	`generation` integer DEFAULT 1 NOT NULL,
	PRIMARY KEY(`user_id`, `booking_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`entity` text NOT NULL,
	`entity_id` text NOT NULL,
	`details` text DEFAULT '{}' NOT NULL,
	`request_id` text,
	CONSTRAINT "audit_details" CHECK(json_valid("audit_log"."details"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_by_entity` ON `audit_log` (`entity`,`entity_id`);--> statement-breakpoint
CREATE TABLE `parked_work` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`message` text NOT NULL,
	`reason` text NOT NULL,
	`times_parked` integer DEFAULT 1 NOT NULL,
	`parked_at` integer NOT NULL,
	`closed_at` integer,
	CONSTRAINT "parked_message" CHECK(json_valid("parked_work"."message"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `parked_work_key_unique` ON `parked_work` (`key`);--> statement-breakpoint
CREATE INDEX `open_parked_work` ON `parked_work` (`id`) WHERE closed_at is null;--> statement-breakpoint
CREATE TABLE `sync_pages` (
	`run_id` integer NOT NULL,
	`page` integer NOT NULL,
	`record_ids` text NOT NULL,
	PRIMARY KEY(`run_id`, `page`),
	FOREIGN KEY (`run_id`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "page_records" CHECK(json_type("sync_pages"."record_ids") = 'array')
) STRICT;
--> statement-breakpoint
CREATE TABLE `sync_runs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`trigger` text NOT NULL,
	`mode` text NOT NULL,
	`status` text NOT NULL,
	`window_from` text,
	`window_to` text,
	`changed_after` integer,
	`previous_started_at` integer,
	`next_page` integer DEFAULT 1 NOT NULL,
	`pages` integer DEFAULT 0 NOT NULL,
	`fetched` integer DEFAULT 0 NOT NULL,
	`created` integer DEFAULT 0 NOT NULL,
	`updated` integer DEFAULT 0 NOT NULL,
	`unchanged` integer DEFAULT 0 NOT NULL,
	`unmatched` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`missed_by_webhooks` integer DEFAULT 0 NOT NULL,
	`vanished` integer DEFAULT 0 NOT NULL,
	`error` text,
	`started_at` integer NOT NULL,
	`heartbeat_at` integer NOT NULL,
	`finished_at` integer,
	CONSTRAINT "sync_run_mode" CHECK("sync_runs"."mode" in ('full', 'incremental') and "sync_runs"."trigger" in ('cron', 'manual')),
	CONSTRAINT "sync_run_status" CHECK("sync_runs"."status" in ('running', 'failing', 'finished', 'failed')),
	CONSTRAINT "closed_has_end" CHECK(("sync_runs"."status" in ('finished', 'failed')) = ("sync_runs"."finished_at" is not null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `one_open_sync_run` ON `sync_runs` ((finished_at is null)) WHERE finished_at is null;--> statement-breakpoint
CREATE INDEX `sync_runs_by_start` ON `sync_runs` (`status`,`mode`,`started_at`);--> statement-breakpoint
CREATE TABLE `webhook_events` (
	`id` text PRIMARY KEY NOT NULL,
	`received_at` integer NOT NULL,
	`company_id` integer,
	`resource` text,
	`resource_id` integer,
	`status` text,
	`body` text,
	`verdict` text NOT NULL,
	`booking_id` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`error` text,
	`processed_at` integer,
	CONSTRAINT "webhook_verdict" CHECK("webhook_events"."verdict" in ('created', 'updated', 'unchanged', 'stale', 'ignored', 'deferred', 'retrying', 'parked'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `webhook_events_by_time` ON `webhook_events` (`received_at`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_events_by_verdict` ON `webhook_events` (`verdict`,`received_at`,`id`);--> statement-breakpoint
CREATE INDEX `deleted_records` ON `webhook_events` (`resource_id`) WHERE resource = 'record' and status = 'delete';