ALTER TABLE `runs` ADD `leaving_at` integer;--> statement-breakpoint
CREATE INDEX `runs_failed_by_score` ON `runs` (`score`,`status`,`id`) WHERE "runs"."status" IN ('failed', 'cancelled');--> statement-breakpoint
CREATE INDEX `runs_failed_by_orchestra` ON `runs` (`orchestra`,`status`,`id`) WHERE "runs"."status" IN ('failed', 'cancelled');--> statement-breakpoint
CREATE INDEX `runs_by_parent` ON `runs` (`parent`) WHERE "runs"."parent" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `runs_leaving` ON `runs` (`leaving_at`) WHERE "runs"."leaving_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `artifacts_by_blob` ON `artifacts` (`blob`);--> statement-breakpoint
CREATE INDEX `cached_by_blob` ON `cached` (`blob`) WHERE "cached"."blob" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `deployments_by_code` ON `deployments` (`code`) WHERE "deployments"."code" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `events_derived` ON `events` (json_extract(`data`, '$.of')) WHERE `type` = 'run.derived';--> statement-breakpoint
PRAGMA user_version = 13;