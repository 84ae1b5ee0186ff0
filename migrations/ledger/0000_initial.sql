CREATE TABLE `batches` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`total` integer NOT NULL,
	`accepted` integer NOT NULL,
	`client_ref` text,
	`accepted_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `contents` (
	`tenant_id` text NOT NULL,
	`base` text NOT NULL,
	`content` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `base`)
) WITHOUT ROWID;
--> statement-breakpoint
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
	`tenant_id` text NOT NULL,
	`job` text NOT NULL,
	`reason` text,
	`at` integer NOT NULL,
	`replayed_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`tenant_id` text NOT NULL,
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
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `inbound_parts` (
	`connection_id` text NOT NULL,
	`group_key` text NOT NULL,
	`number` integer NOT NULL,
	`total` integer NOT NULL,
	`part` text NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `group_key`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `messages` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`direction` integer NOT NULL,
	`channel` text NOT NULL,
	`mode` integer NOT NULL,
	`status` integer NOT NULL,
	`attempt` integer NOT NULL,
	`outcome` text,
	`connection_id` text,
	`provider_ref` text,
	`party_key` text NOT NULL,
	`party` text NOT NULL,
	`line` text NOT NULL,
	`content` text,
	`units` integer NOT NULL,
	`encoding` text NOT NULL,
	`purpose` text NOT NULL,
	`client_ref` text,
	`metadata` text,
	`batched` integer NOT NULL,
	`in_reply_to` text,
	`valid_until` integer,
	`failure` text,
	`accepted_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`timeline` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `messages_by_party` ON `messages` (`tenant_id`,`party_key`,`id`);--> statement-breakpoint
CREATE INDEX `messages_by_client_ref` ON `messages` (`tenant_id`,`client_ref`,`id`) WHERE client_ref IS NOT NULL;--> statement-breakpoint
CREATE TABLE `refs` (
	`connection_id` text NOT NULL,
	`ref` text NOT NULL,
	`tenant_id` text NOT NULL,
	`message_id` text NOT NULL,
	PRIMARY KEY(`connection_id`, `ref`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `requests` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`ip` text NOT NULL,
	`country` text,
	`asn` integer,
	`ray` text,
	`actor` text,
	`method` text NOT NULL,
	`route` text NOT NULL,
	`status` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `suppressions` (
	`tenant_id` text NOT NULL,
	`channel` text NOT NULL,
	`party_key` text NOT NULL,
	`line` text NOT NULL,
	`party` text NOT NULL,
	`source` text NOT NULL,
	`message_id` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `channel`, `party_key`, `line`)
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
	`tenant_id` text NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`due_at`, `id`)
) WITHOUT ROWID;
