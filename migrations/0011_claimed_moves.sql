ALTER TABLE `bookings` ADD `move_claimed_at` integer;--> statement-breakpoint
CREATE INDEX `bookings_being_moved` ON `bookings` (`move_claimed_at`) WHERE move_claimed_at is not null;