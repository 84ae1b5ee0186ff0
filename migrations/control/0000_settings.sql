CREATE TABLE `challenge_pace` (
	`key` text PRIMARY KEY NOT NULL,
	`idle_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `challenge_pace_by_idle` ON `challenge_pace` (`idle_at`);--> statement-breakpoint
CREATE TABLE `connections` (
	`id` text PRIMARY KEY NOT NULL,
	`channel` text NOT NULL,
	`provider` text NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`settings` text NOT NULL,
	`secrets` text NOT NULL,
	`callback_secrets` text NOT NULL,
	`rate` integer,
	`concurrency` integer NOT NULL,
	`features` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `credentials` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`mode` text NOT NULL,
	`proof` text NOT NULL,
	`scopes` text NOT NULL,
	`allowed_ips` text,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `credentials_by_tenant` ON `credentials` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `keys` (
	`owner` text NOT NULL,
	`number` integer NOT NULL,
	`wrapped` text NOT NULL,
	`kek` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`owner`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `push_keys` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`public_key` text NOT NULL,
	`private_key` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `routes` (
	`tenant_id` text NOT NULL,
	`channel` text NOT NULL,
	`mode` text NOT NULL,
	`connections` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `channel`, `mode`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `senders` (
	`channel` text NOT NULL,
	`value` text NOT NULL,
	`kind` text NOT NULL,
	`tenant_id` text NOT NULL,
	`line_class` text NOT NULL,
	`is_default` integer NOT NULL,
	`connection_id` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`channel`, `value`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `senders_by_tenant` ON `senders` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`version` integer NOT NULL,
	`settings` text NOT NULL,
	`shards` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`closed_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`mode` text NOT NULL,
	`url` text NOT NULL,
	`description` text NOT NULL,
	`events` text,
	`batch` integer NOT NULL,
	`format` text,
	`status` text NOT NULL,
	`disabled_reason` text,
	`secrets` text NOT NULL,
	`failing_since` integer,
	`breaker` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `webhooks_by_tenant` ON `webhooks` (`tenant_id`);
