CREATE TABLE `guard_alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`mode` text NOT NULL,
	`scope` text NOT NULL,
	`percent` integer NOT NULL,
	`used` integer NOT NULL,
	`ceiling` integer NOT NULL,
	`at` integer NOT NULL
) WITHOUT ROWID;
