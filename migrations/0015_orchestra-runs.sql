CREATE INDEX `runs_open_by_orchestra` ON `runs` (`orchestra`,`id`) WHERE "runs"."orchestra" IS NOT NULL AND "runs"."ended_at" IS NULL;--> statement-breakpoint
CREATE INDEX `runs_ended_by_orchestra` ON `runs` (`orchestra`,`ended_at`) WHERE "runs"."orchestra" IS NOT NULL AND "runs"."ended_at" IS NOT NULL;--> statement-breakpoint
PRAGMA user_version = 16;
