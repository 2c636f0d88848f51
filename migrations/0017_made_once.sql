ALTER TABLE `service_categories` ADD `request_key` text;--> statement-breakpoint
CREATE UNIQUE INDEX `one_category_per_request` ON `service_categories` (`request_key`);--> statement-breakpoint
ALTER TABLE `services` ADD `request_key` text;--> statement-breakpoint
CREATE UNIQUE INDEX `one_service_per_request` ON `services` (`request_key`);--> statement-breakpoint
ALTER TABLE `staff` ADD `request_key` text;--> statement-breakpoint
CREATE UNIQUE INDEX `one_person_per_request` ON `staff` (`request_key`);