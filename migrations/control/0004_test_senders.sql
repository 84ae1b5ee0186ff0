ALTER TABLE `senders` ADD `mode` text;
