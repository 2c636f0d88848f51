CREATE TABLE `admin_sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`admin_id` integer NOT NULL,
	`token_hash` text NOT NULL,
	`kind` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`admin_id`) REFERENCES `admins`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "admin_session_kind" CHECK("admin_sessions"."kind" in ('cookie', 'bearer'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `admin_sessions_token_hash_unique` ON `admin_sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `admin_sessions_of_admin` ON `admin_sessions` (`admin_id`);--> statement-breakpoint
CREATE INDEX `admin_sessions_by_expiry` ON `admin_sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `admins` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text,
	`active` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "admin_role" CHECK("admins"."role" in ('desk', 'manager', 'owner'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `admins_email_unique` ON `admins` (`email`);--> statement-breakpoint
CREATE TABLE `desk_spending` (
	`admin_id` integer NOT NULL,
	`day` text NOT NULL,
	`spent_points` integer NOT NULL,
	`limit_points` integer NOT NULL,
	PRIMARY KEY(`admin_id`, `day`),
	FOREIGN KEY (`admin_id`) REFERENCES `admins`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "within_daily_limit" CHECK("desk_spending"."spent_points" <= "desk_spending"."limit_points")
) STRICT;
--> statement-breakpoint
CREATE TABLE `used_bootstrap_secrets` (
	`secret_hash` text PRIMARY KEY NOT NULL,
	`used_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `allowances` (
	`key` text PRIMARY KEY NOT NULL,
	`used` integer NOT NULL,
	`resets_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `allowances_by_reset` ON `allowances` (`resets_at`);--> statement-breakpoint
CREATE TABLE `one_time_codes` (
	`contact_hash` text PRIMARY KEY NOT NULL,
	`code_hash` text NOT NULL,
	`attempts_left` integer NOT NULL,
	`strangers_attempts_left` integer NOT NULL,
	`challenge_hash` text NOT NULL,
	`sent_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	CONSTRAINT "code_attempts" CHECK("one_time_codes"."attempts_left" >= 0 and "one_time_codes"."strangers_attempts_left" >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `codes_by_expiry` ON `one_time_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`family_hash` text NOT NULL,
	`token_hash` text NOT NULL,
	`previous_token_hash` text,
	`rotated_at` integer NOT NULL,
	`device` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`end_reason` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "session_end" CHECK(("sessions"."ended_at" is null) = ("sessions"."end_reason" is null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_family_hash_unique` ON `sessions` (`family_hash`);--> statement-breakpoint
CREATE INDEX `live_sessions` ON `sessions` (`user_id`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `ended_sessions` ON `sessions` (`ended_at`) WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX `sessions_by_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `consents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`document` text NOT NULL,
	`version` text NOT NULL,
	`given_at` integer NOT NULL,
	`how` text NOT NULL,
	`request_id` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `one_consent_per_version` ON `consents` (`user_id`,`document`,`version`);--> statement-breakpoint
CREATE TABLE `retired_codes` (
	`code_hash` text PRIMARY KEY NOT NULL
) STRICT;
--> statement-breakpoint
ALTER TABLE `users` ADD `erased_at` integer;--> statement-breakpoint
ALTER TABLE `bookings` ADD `erased_at` integer;--> statement-breakpoint
ALTER TABLE `audit_log` ADD `role` text;--> statement-breakpoint
CREATE INDEX `audit_by_time` ON `audit_log` (`at`);