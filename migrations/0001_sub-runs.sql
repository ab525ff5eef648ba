ALTER TABLE `runs` ADD `parent` text;
--> statement-breakpoint
PRAGMA user_version = 2;
