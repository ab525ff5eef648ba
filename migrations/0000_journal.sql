CREATE TABLE `artifacts` (
	`run_id` text NOT NULL,
	`step` text NOT NULL,
	`attempt` integer NOT NULL,
	`name` text NOT NULL,
	`media_type` text NOT NULL,
	`bytes` integer NOT NULL,
	`blob` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`run_id`, `step`, `attempt`, `name`),
	FOREIGN KEY (`blob`) REFERENCES `blobs`(`hash`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`run_id`,`step`,`attempt`) REFERENCES `steps`(`run_id`,`key`,`attempt`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "artifacts_bytes" CHECK("artifacts"."bytes" >= 0)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `blobs` (
	`hash` text PRIMARY KEY NOT NULL,
	`bytes` integer NOT NULL,
	`content` blob NOT NULL,
	CONSTRAINT "blobs_hash" CHECK(length("blobs"."hash") = 64),
	CONSTRAINT "blobs_bytes" CHECK("blobs"."bytes" = length("blobs"."content"))
) STRICT;
--> statement-breakpoint
CREATE TABLE `deployments` (
	`hash` text PRIMARY KEY NOT NULL,
	`score` text NOT NULL,
	`created_at` integer NOT NULL,
	`code` text,
	`plan` text NOT NULL,
	FOREIGN KEY (`code`) REFERENCES `blobs`(`hash`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` text NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`step` text,
	`data` text,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `events_by_run` ON `events` (`run_id`,`id`);--> statement-breakpoint
CREATE TABLE `runs` (
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
	`input` text NOT NULL,
	`output` text,
	FOREIGN KEY (`deployment`) REFERENCES `deployments`(`hash`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "runs_state" CHECK("recoveries" >= 0 AND CASE "status" WHEN 'completed' THEN "ended_at" IS NOT NULL AND "error" IS NULL WHEN 'failed' THEN "ended_at" IS NOT NULL AND "error" IS NOT NULL AND json_valid("error") AND "output" IS NULL WHEN 'cancelled' THEN "ended_at" IS NOT NULL AND "error" IS NULL AND "output" IS NULL WHEN 'queued' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL WHEN 'running' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL WHEN 'waiting' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL WHEN 'paused' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL ELSE 0 END AND ("reason" IS NULL OR json_valid("reason")))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `runs_by_status` ON `runs` (`status`,`id`) WHERE "runs"."status" <> 'completed';--> statement-breakpoint
CREATE INDEX `runs_by_score` ON `runs` (`score`,`id`);--> statement-breakpoint
CREATE TABLE `steps` (
	`run_id` text NOT NULL,
	`key` text NOT NULL,
	`attempt` integer NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`error` text,
	`info` text,
	`output` text,
	PRIMARY KEY(`run_id`, `key`, `attempt`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "steps_state" CHECK("attempt" >= 1 AND CASE "status" WHEN 'completed' THEN "ended_at" IS NOT NULL AND "ended_at" >= "started_at" AND "error" IS NULL WHEN 'running' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL WHEN 'skipped' THEN "ended_at" IS NOT NULL AND "ended_at" >= "started_at" AND ("error" IS NULL OR json_valid("error")) AND "output" IS NULL WHEN 'failed' THEN "ended_at" IS NOT NULL AND "ended_at" >= "started_at" AND "error" IS NOT NULL AND json_valid("error") AND "output" IS NULL WHEN 'interrupted' THEN "ended_at" IS NOT NULL AND "ended_at" >= "started_at" AND "error" IS NOT NULL AND json_valid("error") AND "output" IS NULL ELSE 0 END AND ("info" IS NULL OR json_valid("info")))
) STRICT, WITHOUT ROWID;--> statement-breakpoint
PRAGMA user_version = 1;
