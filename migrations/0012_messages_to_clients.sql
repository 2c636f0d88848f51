CREATE TABLE `devices` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`session_id` integer NOT NULL,
	`token` text NOT NULL,
	`platform` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "device_platform" CHECK("devices"."platform" in ('android', 'ios', 'web'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `devices_token_unique` ON `devices` (`token`);--> statement-breakpoint
CREATE INDEX `devices_of_user` ON `devices` (`user_id`);--> statement-breakpoint
CREATE TABLE `notice_counts` (
	`day` text NOT NULL,
	`channel` text NOT NULL,
	`sent` integer DEFAULT 0 NOT NULL,
	`held_back` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`day`, `channel`),
	CONSTRAINT "count_channel" CHECK("notice_counts"."channel" in ('push', 'email', 'sms'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `notice_cursors` (
	`source` text PRIMARY KEY NOT NULL,
	`position` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `notices` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`booking_id` integer,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`version` integer NOT NULL,
	`facts` text DEFAULT '{}' NOT NULL,
	`due_at` integer NOT NULL,
	`state` text DEFAULT 'waiting' NOT NULL,
	`channel` text,
	`refused_by` text DEFAULT '[]' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "notice_state" CHECK("notices"."state" in ('waiting', 'queued', 'sending', 'sent', 'skipped', 'failed')),
	CONSTRAINT "notice_channel" CHECK("notices"."channel" in ('push', 'email', 'sms')),
	CONSTRAINT "notice_facts" CHECK(json_type("notices"."facts") = 'object'),
	CONSTRAINT "notice_refused_by" CHECK(json_type("notices"."refused_by") = 'array'),
	CONSTRAINT "sent_by_a_channel" CHECK("notices"."state" <> 'sent' or "notices"."channel" is not null)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `one_notice_per_telling` ON `notices` (`subject`,`kind`,`version`);--> statement-breakpoint
CREATE INDEX `open_notices` ON `notices` (`due_at`) WHERE state in ('waiting', 'queued', 'sending');--> statement-breakpoint
CREATE INDEX `notices_of_user` ON `notices` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `notices_of_booking` ON `notices` (`booking_id`) WHERE booking_id is not null;--> statement-breakpoint
CREATE INDEX `notices_by_change` ON `notices` (`updated_at`);--> statement-breakpoint
CREATE TABLE `notification_choices` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`language` text DEFAULT 'ru' NOT NULL,
	`off` text DEFAULT '[]' NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "choices_language" CHECK("notification_choices"."language" in ('ru', 'en')),
	CONSTRAINT "choices_off" CHECK(json_type("notification_choices"."off") = 'array')
) STRICT;
--> statement-breakpoint
-- What happened before this version is not told to anybody.
INSERT INTO notice_cursors (source, position) SELECT 'booking_events', coalesce(max(id), 0) FROM booking_events;
--> statement-breakpoint
INSERT INTO notice_cursors (source, position) SELECT 'bonus_entries', coalesce(max(id), 0) FROM bonus_entries;
