ALTER TABLE `webhook_events` ADD `change` text;--> statement-breakpoint
CREATE INDEX `webhook_events_by_resource` ON `webhook_events` (`resource_id`,`received_at`);