CREATE INDEX `requests_by_person` ON `requests` (`actor`,`id`) WHERE substr(actor, 1, 4) = 'per_';
