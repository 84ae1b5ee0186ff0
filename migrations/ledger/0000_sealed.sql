CREATE TABLE `aliases` (
	`realm` text NOT NULL,
	`channel` text NOT NULL,
	`party_key` text NOT NULL,
	`other_key` text NOT NULL,
	`other_party` text NOT NULL,
	`told` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`realm`, `channel`, `party_key`, `other_key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `aliases_by_seen` ON `aliases` (`seen_at`);--> statement-breakpoint
CREATE TABLE `cursors` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`kind` text NOT NULL,
	`realm` text NOT NULL,
	`items` integer NOT NULL,
	`job` text NOT NULL,
	`reason` text,
	`at` integer NOT NULL,
	`replayed_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`realm` text NOT NULL,
	`id` text NOT NULL,
	`endpoint_id` text NOT NULL,
	`at` integer NOT NULL,
	`attempt` integer NOT NULL,
	`outcome` text NOT NULL,
	`http_status` integer,
	`duration_ms` integer NOT NULL,
	`reason` text,
	`event_ids` text NOT NULL,
	`next_at` integer,
	PRIMARY KEY(`realm`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `device_labels` (
	`realm` text NOT NULL,
	`label` text NOT NULL,
	`device_id` text NOT NULL,
	PRIMARY KEY(`realm`, `label`, `device_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `devices` (
	`realm` text NOT NULL,
	`id` text NOT NULL,
	`network` text NOT NULL,
	`app` text NOT NULL,
	`target_key` text NOT NULL,
	`target` text,
	`status` text NOT NULL,
	`user_and_tags` text,
	`labels` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`realm`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `devices_by_target` ON `devices` (`realm`,`target_key`);--> statement-breakpoint
CREATE TABLE `inbound_parts` (
	`connection_id` text NOT NULL,
	`group_key` text NOT NULL,
	`ref` text NOT NULL,
	`number` integer NOT NULL,
	`total` integer NOT NULL,
	`part` text NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `group_key`, `ref`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `media` (
	`realm` text NOT NULL,
	`id` text NOT NULL,
	`source` text NOT NULL,
	`type` text NOT NULL,
	`bytes` integer NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer NOT NULL,
	`gone_at` integer,
	PRIMARY KEY(`realm`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `media_gone` ON `media` (`realm`,`id`) WHERE gone_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `media_uses` (
	`realm` text NOT NULL,
	`media_id` text NOT NULL,
	`base` text NOT NULL,
	PRIMARY KEY(`realm`, `media_id`, `base`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `quota_counts` (
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`count` integer NOT NULL,
	`bytes` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `kind`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `requests` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`country` text,
	`asn` integer,
	`ray` text,
	`actor` text,
	`method` text NOT NULL,
	`route` text NOT NULL,
	`status` integer NOT NULL,
	`count` integer NOT NULL,
	`ip_key` text,
	`object` text,
	`parent` text,
	`sealed` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `requests_by_ip` ON `requests` (`ip_key`,`id`) WHERE ip_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX `requests_by_object` ON `requests` (`object`,`id`) WHERE object IS NOT NULL;--> statement-breakpoint
CREATE INDEX `requests_by_parent` ON `requests` (`parent`,`id`) WHERE parent IS NOT NULL;--> statement-breakpoint
CREATE TABLE `sessions` (
	`realm` text NOT NULL,
	`id` text NOT NULL,
	`channel` text NOT NULL,
	`connection_id` text NOT NULL,
	`party_key` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`started_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`turn_count` integer NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`realm`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `sessions_by_party` ON `sessions` (`realm`,`party_key`,`id`);--> statement-breakpoint
CREATE TABLE `suppressions` (
	`realm` text NOT NULL,
	`channel` text NOT NULL,
	`party_key` text NOT NULL,
	`line` text NOT NULL,
	`party` text NOT NULL,
	`source` text NOT NULL,
	`message_id` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`realm`, `channel`, `party_key`, `line`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `tallies` (
	`name` text NOT NULL,
	`hour` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`name`, `hour`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `work` (
	`due_at` integer NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`realm` text NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`due_at`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `party_index` (
	`n` integer PRIMARY KEY NOT NULL,
	`realm` text NOT NULL,
	`month` integer NOT NULL,
	`bucket` integer NOT NULL,
	`part` integer NOT NULL,
	`first` blob NOT NULL,
	`last` blob NOT NULL,
	`keys` blob NOT NULL,
	`ids` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `party_index_by_key` ON `party_index` (`realm`,`month`,`bucket`,`part`);--> statement-breakpoint
CREATE TABLE `party_tail` (
	`n` integer PRIMARY KEY NOT NULL,
	`realm` text NOT NULL,
	`seq` integer NOT NULL,
	`total` integer NOT NULL,
	`first` blob NOT NULL,
	`last` blob NOT NULL,
	`keys` blob NOT NULL,
	`ids` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `party_tail_by_key` ON `party_tail` (`realm`,`seq`);--> statement-breakpoint
CREATE TABLE `batches` (
	`realm` blob NOT NULL,
	`id` blob NOT NULL,
	`total` integer NOT NULL,
	`accepted` integer,
	`client_ref` blob,
	`client_key` blob,
	`accepted_at` integer NOT NULL,
	`canceled_at` integer,
	PRIMARY KEY(`realm`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `batches_by_client_ref` ON `batches` (`realm`,`client_key`,`id`) WHERE client_key IS NOT NULL;--> statement-breakpoint
CREATE TABLE `contents` (
	`realm` blob NOT NULL,
	`base` blob NOT NULL,
	`content` blob NOT NULL,
	PRIMARY KEY(`realm`, `base`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `messages` (
	`realm` blob NOT NULL,
	`id` blob NOT NULL,
	`kind` integer NOT NULL,
	`encoding` text,
	`status` integer NOT NULL,
	`attempt` integer NOT NULL,
	`outcome` integer,
	`connection_id` blob,
	`ref_key` blob,
	`sealed` blob,
	`line` text NOT NULL,
	`content` blob,
	`units` integer NOT NULL,
	`client_key` blob,
	`in_reply_to` blob,
	`valid_until` integer,
	`accepted_after` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`timeline` blob NOT NULL,
	PRIMARY KEY(`realm`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `messages_by_client_ref` ON `messages` (`realm`,`client_key`,`id`) WHERE client_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX `messages_unsuccessful` ON `messages` (`realm`,`status`,`id`) WHERE status IN (30, 40, 41, 50, 51, 52, 53);--> statement-breakpoint
CREATE TABLE `refs` (
	`connection_id` blob NOT NULL,
	`ref_key` blob NOT NULL,
	`realm` blob NOT NULL,
	`message_id` blob NOT NULL,
	PRIMARY KEY(`connection_id`, `ref_key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `verifications` (
	`realm` text NOT NULL,
	`id` text NOT NULL,
	`party_key` text NOT NULL,
	`status` text NOT NULL,
	`version` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`realm`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `verifications_by_party` ON `verifications` (`realm`,`party_key`,`id`);
