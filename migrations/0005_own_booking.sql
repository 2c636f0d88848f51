CREATE TABLE `booking_events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`kind` text NOT NULL,
	`revision` integer NOT NULL,
	`previous_starts_at` integer,
	`at` integer NOT NULL,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `events_of_booking` ON `booking_events` (`booking_id`);--> statement-breakpoint
CREATE INDEX `booking_events_by_time` ON `booking_events` (`at`);--> statement-breakpoint
CREATE TABLE `schedule_days` (
	`staff_id` integer NOT NULL,
	`day` text NOT NULL,
	`source` text NOT NULL,
	`intervals` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`staff_id`, `day`, `source`),
	FOREIGN KEY (`staff_id`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "schedule_day_source" CHECK("schedule_days"."source" in ('manual', 'yclients')),
	CONSTRAINT "schedule_day_shape" CHECK("schedule_days"."day" glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
	CONSTRAINT "schedule_day_intervals" CHECK(json_type("schedule_days"."intervals") = 'array')
) STRICT;
--> statement-breakpoint
CREATE TABLE `service_categories` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`yclients_category_id` integer,
	`position` integer DEFAULT 0 NOT NULL,
	`yclients_seen` text,
	`updated_at` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `service_categories_yclients_category_id_unique` ON `service_categories` (`yclients_category_id`);--> statement-breakpoint
CREATE TABLE `staff_schedules` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`staff_id` integer NOT NULL,
	`day_of_week` integer NOT NULL,
	`start_minute` integer NOT NULL,
	`end_minute` integer NOT NULL,
	`break_start_minute` integer,
	`break_end_minute` integer,
	`active` integer DEFAULT true NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`staff_id`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "schedule_day" CHECK("staff_schedules"."day_of_week" between 0 and 6),
	CONSTRAINT "schedule_interval" CHECK("staff_schedules"."start_minute" between 0 and 1439 and "staff_schedules"."end_minute" > "staff_schedules"."start_minute" and "staff_schedules"."end_minute" <= 2880),
	CONSTRAINT "schedule_break" CHECK(("staff_schedules"."break_start_minute" is null) = ("staff_schedules"."break_end_minute" is null)
        and ("staff_schedules"."break_start_minute" is null or ("staff_schedules"."break_start_minute" >= "staff_schedules"."start_minute"
          and "staff_schedules"."break_end_minute" > "staff_schedules"."break_start_minute" and "staff_schedules"."break_end_minute" <= "staff_schedules"."end_minute")))
) STRICT;
--> statement-breakpoint
CREATE INDEX `schedules_of_staff` ON `staff_schedules` (`staff_id`,`day_of_week`);--> statement-breakpoint
CREATE TABLE `staff_services` (
	`staff_id` integer NOT NULL,
	`service_id` integer NOT NULL,
	`price_kopecks` integer,
	`duration_minutes` integer,
	`from_yclients` integer DEFAULT false NOT NULL,
	PRIMARY KEY(`staff_id`, `service_id`),
	FOREIGN KEY (`staff_id`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`service_id`) REFERENCES `services`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "staff_service_price" CHECK("staff_services"."price_kopecks" >= 0),
	CONSTRAINT "staff_service_duration" CHECK("staff_services"."duration_minutes" > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `staff_of_service` ON `staff_services` (`service_id`);--> statement-breakpoint
ALTER TABLE `bookings` ADD `hold_expires_at` integer;--> statement-breakpoint
ALTER TABLE `bookings` ADD `additional_service_ids` text DEFAULT '[]' NOT NULL CHECK (json_type(additional_service_ids) = 'array');--> statement-breakpoint
ALTER TABLE `bookings` ADD `buffer_before_minutes` integer DEFAULT 0 NOT NULL CHECK (buffer_before_minutes >= 0);--> statement-breakpoint
ALTER TABLE `bookings` ADD `buffer_after_minutes` integer DEFAULT 0 NOT NULL CHECK (buffer_after_minutes >= 0);--> statement-breakpoint
ALTER TABLE `bookings` ADD `sync_state` text CHECK (sync_state in ('provisional', 'cancel', 'move'));--> statement-breakpoint
ALTER TABLE `bookings` ADD `api_id` text;--> statement-breakpoint
ALTER TABLE `bookings` ADD `yclients_record_hash` text;--> statement-breakpoint
ALTER TABLE `bookings` ADD `idempotency_key` text;--> statement-breakpoint
ALTER TABLE `bookings` ADD `fingerprint` text;--> statement-breakpoint
ALTER TABLE `bookings` ADD `cancel_reason` text;--> statement-breakpoint
ALTER TABLE `bookings` ADD `cancelled_by` text;--> statement-breakpoint
CREATE INDEX `bookings_of_staff` ON `bookings` (`staff_id`,`starts_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `one_booking_per_api_id` ON `bookings` (`api_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `one_booking_per_key` ON `bookings` (`idempotency_key`);--> statement-breakpoint
CREATE INDEX `open_holds` ON `bookings` (`hold_expires_at`) WHERE hold_expires_at is not null;--> statement-breakpoint
CREATE INDEX `bookings_to_write` ON `bookings` (`sync_state`) WHERE sync_state is not null;--> statement-breakpoint
ALTER TABLE `services` ADD `category_id` integer REFERENCES service_categories(id);--> statement-breakpoint
ALTER TABLE `services` ADD `description` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `services` ADD `booking_method` text DEFAULT 'auto' NOT NULL CHECK (booking_method in ('auto', 'internal', 'yclients'));--> statement-breakpoint
ALTER TABLE `services` ADD `slot_step_minutes` integer DEFAULT 30 NOT NULL CHECK (slot_step_minutes between 5 and 1440);--> statement-breakpoint
ALTER TABLE `services` ADD `buffer_before_minutes` integer DEFAULT 0 NOT NULL CHECK (buffer_before_minutes between 0 and 480);--> statement-breakpoint
ALTER TABLE `services` ADD `buffer_after_minutes` integer DEFAULT 0 NOT NULL CHECK (buffer_after_minutes between 0 and 480);--> statement-breakpoint
ALTER TABLE `services` ADD `min_notice_minutes` integer DEFAULT 60 NOT NULL CHECK (min_notice_minutes between 0 and 525600);--> statement-breakpoint
ALTER TABLE `services` ADD `horizon_days` integer DEFAULT 60 NOT NULL CHECK (horizon_days between 1 and 730);--> statement-breakpoint
ALTER TABLE `services` ADD `cancel_notice_minutes` integer DEFAULT 180 NOT NULL CHECK (cancel_notice_minutes between 0 and 525600);--> statement-breakpoint
ALTER TABLE `services` ADD `yclients_seen` text;--> statement-breakpoint
ALTER TABLE `services` ADD `updated_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `staff` ADD `specialization` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `staff` ADD `yclients_seen` text;--> statement-breakpoint
ALTER TABLE `staff` ADD `updated_at` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
-- What happens to a visit is written down with it, whoever makes it happen.
CREATE TRIGGER booking_event_on_insert AFTER INSERT ON bookings
BEGIN
  INSERT INTO booking_events (booking_id, kind, revision, at) VALUES (new.id,
    CASE WHEN new.status = 'cancelled' THEN 'cancelled' WHEN new.hold_expires_at IS NOT NULL THEN 'held' ELSE 'created' END,
    new.revision, new.updated_at);
END;
--> statement-breakpoint
CREATE TRIGGER booking_event_on_hold AFTER UPDATE OF hold_expires_at ON bookings
WHEN old.hold_expires_at IS NOT NULL AND new.hold_expires_at IS NULL AND new.status <> 'cancelled'
BEGIN
  INSERT INTO booking_events (booking_id, kind, revision, at) VALUES (new.id, 'created', new.revision, new.updated_at);
END;
--> statement-breakpoint
CREATE TRIGGER booking_event_on_move AFTER UPDATE OF starts_at, staff_id ON bookings
WHEN (old.starts_at <> new.starts_at OR old.staff_id <> new.staff_id) AND new.status <> 'cancelled' AND new.hold_expires_at IS NULL
BEGIN
  INSERT INTO booking_events (booking_id, kind, revision, previous_starts_at, at)
    VALUES (new.id, 'moved', new.revision, old.starts_at, new.updated_at);
END;
--> statement-breakpoint
CREATE TRIGGER booking_event_on_status AFTER UPDATE OF status ON bookings
WHEN old.status <> new.status AND NOT (old.hold_expires_at IS NOT NULL AND new.status = 'confirmed')
BEGIN
  INSERT INTO booking_events (booking_id, kind, revision, at) VALUES (new.id,
    CASE
      WHEN new.status = 'cancelled' AND old.hold_expires_at IS NOT NULL THEN 'released'
      WHEN new.status = 'pending' OR (new.status = 'confirmed' AND old.status <> 'pending') THEN 'reopened'
      ELSE new.status
    END, new.revision, new.updated_at);
END;
