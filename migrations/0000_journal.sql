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
	CONSTRAINT "runs_status" CHECK("runs"."status" IN ('queued', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled')),
	CONSTRAINT "runs_ended" CHECK(("runs"."ended_at" IS NOT NULL) = ("runs"."status" IN ('completed', 'failed', 'cancelled'))),
	CONSTRAINT "runs_output" CHECK("runs"."output" IS NULL OR "runs"."status" = 'completed'),
	CONSTRAINT "runs_error" CHECK(("runs"."error" IS NOT NULL) = ("runs"."status" = 'failed')),
	CONSTRAINT "runs_recoveries" CHECK("runs"."recoveries" >= 0),
	CONSTRAINT "runs_reason_json" CHECK(json_valid("runs"."reason")),
	CONSTRAINT "runs_error_json" CHECK(json_valid("runs"."error"))
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
	CONSTRAINT "steps_attempt" CHECK("steps"."attempt" >= 1),
	CONSTRAINT "steps_status" CHECK("steps"."status" IN ('running', 'completed', 'failed', 'skipped', 'interrupted')),
	CONSTRAINT "steps_ended" CHECK(("steps"."ended_at" IS NULL) = ("steps"."status" = 'running')),
	CONSTRAINT "steps_order" CHECK("steps"."ended_at" IS NULL OR "steps"."ended_at" >= "steps"."started_at"),
	CONSTRAINT "steps_output" CHECK("steps"."output" IS NULL OR "steps"."status" = 'completed'),
	CONSTRAINT "steps_error" CHECK(CASE "steps"."status" WHEN 'failed' THEN "steps"."error" IS NOT NULL WHEN 'interrupted' THEN "steps"."error" IS NOT NULL WHEN 'skipped' THEN 1 ELSE "steps"."error" IS NULL END),
	CONSTRAINT "steps_error_json" CHECK(json_valid("steps"."error")),
	CONSTRAINT "steps_info_json" CHECK(json_valid("steps"."info"))
) STRICT, WITHOUT ROWID;--> statement-breakpoint
PRAGMA user_version = 1;
