CREATE INDEX `messages_sent_again` ON `messages` (`realm`,`in_reply_to`,`id`) WHERE in_reply_to IS NOT NULL AND (kind & 1) = 0;
