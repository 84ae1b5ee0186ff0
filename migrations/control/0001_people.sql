CREATE TABLE `approvals` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`operation` text NOT NULL,
	`scope` text NOT NULL,
	`digest` text NOT NULL,
	`sealed` text NOT NULL,
	`proposed_by` text,
	`proposed_with` text,
	`proposed_at` integer NOT NULL,
	`opens_at` integer,
	`expires_at` integer NOT NULL,
	`decision` text,
	`decided_by` text,
	`decided_at` integer,
	`answer` text,
	`used_at` integer,
	`used_by` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `approvals_by_end` ON `approvals` (`expires_at`);--> statement-breakpoint
CREATE TABLE `ceremonies` (
	`key` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`person_id` text,
	`sealed` text NOT NULL,
	`expires_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `ceremonies_by_end` ON `ceremonies` (`expires_at`);--> statement-breakpoint
CREATE TABLE `disclosures` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`role` text NOT NULL,
	`object` text NOT NULL,
	`operation` text NOT NULL,
	`sealed` text NOT NULL,
	`is_hidden` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `disclosures_by_time` ON `disclosures` (`id`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`role` text NOT NULL,
	`token_hash` text NOT NULL,
	`to_key` text NOT NULL,
	`sealed` text NOT NULL,
	`made_by` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`accepted_at` integer,
	`accepted_by` text,
	`canceled_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_by_token` ON `invitations` (`token_hash`);--> statement-breakpoint
CREATE INDEX `invitations_by_tenant` ON `invitations` (`tenant_id`,`id`);--> statement-breakpoint
CREATE TABLE `licensee` (
	`id` integer PRIMARY KEY NOT NULL,
	`settings` text NOT NULL,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `lost_access` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`decision` text,
	`decided_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `lost_access_by_time` ON `lost_access` (`created_at`);--> statement-breakpoint
CREATE TABLE `memberships` (
	`tenant_id` text NOT NULL,
	`person_id` text NOT NULL,
	`role` text NOT NULL,
	`made_by` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `person_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `memberships_by_person` ON `memberships` (`person_id`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`credential_id` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`is_synced` integer NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`refused_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `passkeys_by_credential` ON `passkeys` (`credential_id`);--> statement-breakpoint
CREATE INDEX `passkeys_by_person` ON `passkeys` (`person_id`);--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`generation` integer NOT NULL,
	`mobile_key` text,
	`email_key` text,
	`sealed` text,
	`level` integer NOT NULL,
	`operator_role` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`closed_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `people_by_mobile` ON `people` (`mobile_key`);--> statement-breakpoint
CREATE INDEX `people_by_email` ON `people` (`email_key`);--> statement-breakpoint
CREATE INDEX `people_by_operator_role` ON `people` (`operator_role`) WHERE operator_role IS NOT NULL;--> statement-breakpoint
CREATE TABLE `sign_ins` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`method` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`stepped_up_at` integer,
	`proven_with` text,
	`ended_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `sign_ins_by_token` ON `sign_ins` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sign_ins_by_person` ON `sign_ins` (`person_id`);--> statement-breakpoint
CREATE INDEX `sign_ins_by_end` ON `sign_ins` (`ends_at`);--> statement-breakpoint
CREATE TABLE `identity_checks` (
	`person_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`answer` text,
	`registry` text NOT NULL,
	`reference` text,
	PRIMARY KEY(`person_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `identity_checks_by_time` ON `identity_checks` (`at`);--> statement-breakpoint
CREATE TABLE `identity_matches` (
	`person_id` text PRIMARY KEY NOT NULL,
	`national_key` text NOT NULL,
	`mobile_key` text NOT NULL,
	`sealed` text NOT NULL,
	`registry` text NOT NULL,
	`matched_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `identity_matches_by_national` ON `identity_matches` (`national_key`);--> statement-breakpoint
CREATE TABLE `identity_registry` (
	`id` integer PRIMARY KEY NOT NULL,
	`driver` text NOT NULL,
	`settings` text NOT NULL,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `papers` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`status` text NOT NULL,
	`company_key` text NOT NULL,
	`company` text NOT NULL,
	`files` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`submitted_at` integer,
	`decided_at` integer,
	`decision` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `papers_by_person` ON `papers` (`person_id`);--> statement-breakpoint
CREATE INDEX `papers_by_status` ON `papers` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `papers_by_company` ON `papers` (`company_key`);--> statement-breakpoint
ALTER TABLE `credentials` ADD `made_by` text;
