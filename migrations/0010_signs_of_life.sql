CREATE TABLE `heartbeats` (
	`name` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`value` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `metric_counters` (
	`name` text NOT NULL,
	`labels` text NOT NULL,
	`value` integer NOT NULL,
	PRIMARY KEY(`name`, `labels`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `sync_runs_with_drift` ON `sync_runs` (`status`,`finished_at`) WHERE missed_by_webhooks + vanished > 0;