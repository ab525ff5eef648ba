ALTER TABLE `runs` ADD `flags` text CONSTRAINT "runs_flags" CHECK("flags" IS NULL OR json_valid("flags"));--> statement-breakpoint
ALTER TABLE `model_flags` ADD `deployment` text;--> statement-breakpoint
PRAGMA user_version = 17;
