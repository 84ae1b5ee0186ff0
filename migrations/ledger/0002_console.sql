CREATE TABLE `statistics` (
	`realm` blob NOT NULL,
	`day` integer NOT NULL,
	`firm` text NOT NULL,
	`fresh` text NOT NULL,
	PRIMARY KEY(`realm`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `statistics_changes` (
	`n` integer PRIMARY KEY NOT NULL,
	`realm` blob NOT NULL,
	`kind` text NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `statistics_progress` (
	`n` integer PRIMARY KEY NOT NULL,
	`bounds` text NOT NULL,
	`firm_id` blob NOT NULL,
	`step` integer NOT NULL,
	`token` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `verification_changes` (
	`n` integer PRIMARY KEY NOT NULL,
	`realm` text NOT NULL,
	`token` text NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `verification_statistics` (
	`realm` text NOT NULL,
	`day` integer NOT NULL,
	`counts` text NOT NULL,
	`prefixes` text NOT NULL,
	PRIMARY KEY(`realm`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `deliveries` ADD `answer` text;--> statement-breakpoint
ALTER TABLE `batches` ADD `counts` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `delivered_at` integer;--> statement-breakpoint
CREATE INDEX `messages_sent_again` ON `messages` (`realm`,`in_reply_to`,`id`) WHERE in_reply_to IS NOT NULL AND (kind & 1) = 0;--> statement-breakpoint
ALTER TABLE `verifications` ADD `counted` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `verifications_uncounted` ON `verifications` (`realm`,`id`) WHERE counted = 0;
