CREATE TABLE `device_labels` (
	`tenant_id` text NOT NULL,
	`label` text NOT NULL,
	`device_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `label`, `device_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `devices` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`network` text NOT NULL,
	`app` text NOT NULL,
	`target_key` text NOT NULL,
	`target` text NOT NULL,
	`status` text NOT NULL,
	`user` text,
	`tags` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `devices_by_target` ON `devices` (`tenant_id`,`target_key`);--> statement-breakpoint
CREATE TABLE `media` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`source` text NOT NULL,
	`type` text NOT NULL,
	`name` text,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer NOT NULL,
	`gone_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `media_gone` ON `media` (`tenant_id`,`id`) WHERE gone_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `media_uses` (
	`tenant_id` text NOT NULL,
	`media_id` text NOT NULL,
	`base` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `media_id`, `base`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sessions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`channel` text NOT NULL,
	`mode` integer NOT NULL,
	`connection_id` text NOT NULL,
	`session_ref` text NOT NULL,
	`party_key` text NOT NULL,
	`party` text NOT NULL,
	`line` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`started_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`turn_count` integer NOT NULL,
	`turns` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `sessions_by_party` ON `sessions` (`tenant_id`,`party_key`,`id`);