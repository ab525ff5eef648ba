ALTER TABLE `runs` ADD `priority` integer DEFAULT 0 NOT NULL CONSTRAINT "runs_priority" CHECK("priority" BETWEEN -100 AND 100);
--> statement-breakpoint
PRAGMA user_version = 4;
