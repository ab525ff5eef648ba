DROP TRIGGER `model_calls_spent`;--> statement-breakpoint
CREATE TABLE `__new_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`score` text NOT NULL,
	`deployment` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`error` text,
	`recoveries` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	`parent` text,
	`priority` integer DEFAULT 0 NOT NULL,
	`orchestra` text,
	`due_at` integer,
	`source` text,
	`leaving_at` integer,
	`flags` text,
	`input` text NOT NULL,
	`output` text,
	FOREIGN KEY (`deployment`) REFERENCES `deployments`(`hash`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`orchestra`) REFERENCES `orchestras`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "runs_priority" CHECK("priority" BETWEEN -100 AND 100),
	CONSTRAINT "runs_source" CHECK("source" IS NULL OR json_valid("source")),
	CONSTRAINT "runs_flags" CHECK("flags" IS NULL OR json_valid("flags")),
	CONSTRAINT "runs_state" CHECK("recoveries" >= 0 AND CASE "status" WHEN 'completed' THEN "ended_at" IS NOT NULL AND "error" IS NULL WHEN 'failed' THEN "ended_at" IS NOT NULL AND "error" IS NOT NULL AND json_valid("error") AND "output" IS NULL WHEN 'cancelled' THEN "ended_at" IS NOT NULL AND "error" IS NULL AND "output" IS NULL WHEN 'queued' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL WHEN 'running' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL WHEN 'waiting' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL WHEN 'paused' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL ELSE 0 END AND ("reason" IS NULL OR json_valid("reason")))
) STRICT;--> statement-breakpoint
INSERT INTO `__new_runs` (`id`, `score`, `deployment`, `status`, `reason`, `error`, `recoveries`, `created_at`, `started_at`, `ended_at`, `parent`, `priority`, `orchestra`, `due_at`, `source`, `leaving_at`, `flags`, `input`, `output`) SELECT `id`, `score`, `deployment`, `status`, `reason`, `error`, `recoveries`, `created_at`, `started_at`, `ended_at`, `parent`, `priority`, `orchestra`, `due_at`, `source`, `leaving_at`, `flags`, `input`, `output` FROM `runs` ORDER BY `id`;--> statement-breakpoint
DROP TABLE `runs`;--> statement-breakpoint
ALTER TABLE `__new_runs` RENAME TO `runs`;--> statement-breakpoint
CREATE INDEX `runs_by_status` ON `runs` (`status`,`id`) WHERE "runs"."status" <> 'completed';--> statement-breakpoint
CREATE INDEX `runs_by_score` ON `runs` (`score`,`id`);--> statement-breakpoint
CREATE INDEX `runs_by_orchestra` ON `runs` (`orchestra`,`id`) WHERE "runs"."orchestra" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `runs_failed_by_score` ON `runs` (`score`,`status`,`id`) WHERE "runs"."status" IN ('failed', 'cancelled');--> statement-breakpoint
CREATE INDEX `runs_failed_by_orchestra` ON `runs` (`orchestra`,`status`,`id`) WHERE "runs"."status" IN ('failed', 'cancelled');--> statement-breakpoint
CREATE INDEX `runs_by_parent` ON `runs` (`parent`) WHERE "runs"."parent" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `runs_leaving` ON `runs` (`leaving_at`) WHERE "runs"."leaving_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `runs_open_by_orchestra` ON `runs` (`orchestra`,`id`) WHERE "runs"."orchestra" IS NOT NULL AND "runs"."ended_at" IS NULL;--> statement-breakpoint
CREATE INDEX `runs_ended_by_orchestra` ON `runs` (`orchestra`,`ended_at`) WHERE "runs"."orchestra" IS NOT NULL AND "runs"."ended_at" IS NOT NULL;--> statement-breakpoint
CREATE TRIGGER `model_calls_spent` AFTER INSERT ON `model_calls` WHEN NEW.`source` = 'live' BEGIN
	INSERT INTO `spending` SELECT NEW.`started_at` / 3600000, r.`score`, coalesce(NEW.`orchestra`, ''), NEW.`agent`, NEW.`model`, 1,
		NEW.`input_tokens`, NEW.`cached_tokens`, NEW.`output_tokens`, NEW.`reasoning_tokens`, coalesce(NEW.`micro_usd`, 0),
		NEW.`micro_usd` IS NULL AND (NEW.`input_tokens` + NEW.`output_tokens` > 0 OR NEW.`is_billed`), NEW.`error` IS NOT NULL
		FROM `runs` r WHERE r.`id` = NEW.`run_id`
	ON CONFLICT (`hour`, `score`, `orchestra`, `agent`, `model`) DO UPDATE SET `calls` = `calls` + 1,
		`input_tokens` = `input_tokens` + excluded.`input_tokens`, `cached_tokens` = `cached_tokens` + excluded.`cached_tokens`,
		`output_tokens` = `output_tokens` + excluded.`output_tokens`,
		`reasoning_tokens` = `reasoning_tokens` + excluded.`reasoning_tokens`, `micro_usd` = `micro_usd` + excluded.`micro_usd`,
		`unpriced` = `unpriced` + excluded.`unpriced`, `failed` = `failed` + excluded.`failed`;
END;--> statement-breakpoint
PRAGMA user_version = 19;
